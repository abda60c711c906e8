import { parse, stringify, TomlError } from 'smol-toml';
import { DepotError } from '../error.js';

/** @throws DepotError `bad-spec` with file, line and column when `text` is not TOML. */
export function parseToml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what = ''] = cause.message.replace('Invalid TOML document: ', '').split('\n');
    throw new DepotError('bad-spec', `${file}:${cause.line}:${cause.column}: not TOML: ${what}`, { cause });
  }
}

export function renderToml(document: Readonly<Record<string, unknown>>): string {
  return stringify(document);
}
