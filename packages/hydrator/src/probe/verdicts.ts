import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../cache/replace-file.js';
import { DepotError, type Digest, parseJson, renderJson } from '../format/index.js';

const verdictSchema = v.strictObject({
  format: v.literal('depotcast-probe/1'),
  runs: v.boolean(),
  why: v.string(),
});
/** What a node remembers of an image that it has started once. */
export type Verdict = Pick<v.InferOutput<typeof verdictSchema>, 'runs' | 'why'>;

/** Verdicts below a node's cache directory, one file each. */
export class Verdicts {
  constructor(readonly cache: string) {}

  /** Undefined too for what cannot be read: the image is then tried again. */
  async recall(key: Digest): Promise<Verdict | undefined> {
    const file = this.#file(key);
    try {
      const { runs, why } = parseJson(verdictSchema, await readFile(file, 'utf8'), file);
      return { runs, why };
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (error instanceof DepotError || code.startsWith('E')) return undefined;
      throw error;
    }
  }

  /** @throws DepotError `storage` */
  async remember(key: Digest, { runs, why }: Verdict): Promise<void> {
    await replaceFile(this.#file(key), renderJson({ format: 'depotcast-probe/1', runs, why }), 0o644);
  }

  #file(key: Digest): string {
    return join(this.cache, 'probes', `${key}.json`);
  }
}
