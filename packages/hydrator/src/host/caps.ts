import { DepotError, isName } from '../format/index.js';
import { isHostPattern } from './host-pattern.js';

/** Hosts whose features count only as far as a target has them. */
export interface Cap {
  /** Shell pattern on the host's name. */
  readonly hosts: string;
  readonly target: string;
  /** Where the target is named, from 1. */
  readonly line: number;
}

/** The caps of a site, and the file that they are from. */
export interface Caps {
  readonly file: string;
  readonly caps: readonly Cap[];
}

const COMMENT = '[ \\t]*(?:#[^\\0-\\x08\\n-\\x1f\\x7f]*)?$';
const NOTHING = new RegExp(`^${COMMENT}`);
const HEADER = new RegExp(`^[ \\t]*\\[\\[cap\\]\\]${COMMENT}`);
const ENTRY = new RegExp(`^[ \\t]*(hosts|target)[ \\t]*=[ \\t]*"([^"\\\\\\0-\\x1f\\x7f]*)"${COMMENT}`);

const RULES = {
  hosts: { holds: isHostPattern, otherwise: 'expected a pattern of host names, with *, ? and [a-z] at most' },
  target: { holds: isName, otherwise: 'expected the name of a target' },
} as const;
type Key = keyof typeof RULES;

/** A table as far as it has been read. */
interface Table {
  readonly line: number;
  readonly entries: Map<Key, { readonly value: string; readonly line: number }>;
}

/**
 * Reads `/etc/depotcast.toml`: tables `[[cap]]` with `hosts` and `target`, and nothing else.
 *
 * It is TOML, but only as much of it as the activate script reads with awk: one must not obey what the other cannot read,
 * so a general reader would accept too much.
 * @throws DepotError `usage` with file and line
 */
export function parseCaps(text: string, file: string): Caps {
  const tables: Table[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const problem = readLine(line.replace(/\r$/, ''), index + 1, tables);
    if (problem !== undefined) throw misshapen(file, index + 1, problem);
  }
  const caps = tables.map(({ line, entries }) => {
    const [hosts, target] = [entries.get('hosts'), entries.get('target')];
    if (hosts === undefined || target === undefined) {
      throw misshapen(file, line, `this [[cap]] has no ${hosts === undefined ? 'hosts' : 'target'}`);
    }
    return { hosts: hosts.value, target: target.value, line: target.line };
  });
  return { file, caps };
}

/** Takes one line in. @returns what is wrong with it, if anything */
function readLine(text: string, line: number, tables: Table[]): string | undefined {
  if (NOTHING.test(text)) return undefined;
  if (HEADER.test(text)) {
    tables.push({ line, entries: new Map() });
    return undefined;
  }
  const [, name, value = ''] = ENTRY.exec(text) ?? [];
  if (name === undefined) return 'expected [[cap]], hosts = "PATTERN" or target = "NAME"';
  const key = name as Key;
  const table = tables.at(-1);
  if (table === undefined) return `${key} stands before the first [[cap]]`;
  if (table.entries.has(key)) return `a second ${key} in one [[cap]]`;
  if (!RULES[key].holds(value)) return RULES[key].otherwise;
  table.entries.set(key, { value, line });
  return undefined;
}

function misshapen(file: string, line: number, problem: string): DepotError {
  return new DepotError('usage', `${file}:${line}: ${problem}`, {
    hint: 'a cap is three lines: [[cap]], hosts = "PATTERN", target = "NAME"; in double quotes and without backslashes',
  });
}
