import { readFile } from 'node:fs/promises';
import { DepotError } from '../format/index.js';
import { type Caps, parseCaps } from './caps.js';

/** What a site's admin says of its nodes; read where it exists. */
export const CONFIG_FILE = '/etc/depotcast.toml';

/**
 * The caps of this site: none where there is no file, unless one was named.
 * @throws DepotError `usage` for a file of another shape; `not-found` for one that cannot be read: what it forbids is unknown
 */
export async function readCaps(named: string | undefined): Promise<Caps> {
  const file = named ?? CONFIG_FILE;
  try {
    return parseCaps(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof DepotError) throw cause;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && named === undefined) return { file, caps: [], quota: undefined };
    throw new DepotError('not-found', `${file}: cannot be read (${code})`, {
      cause,
      hint: 'it may forbid images that this host could run: make it readable, or name another with --config',
    });
  }
}
