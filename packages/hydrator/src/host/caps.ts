import { sizeOf } from '../cache/size.js';
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

/** What a site says of its nodes, and the file that it is from. */
export interface Caps {
  readonly file: string;
  readonly caps: readonly Cap[];
  /** Bytes that a node's cache may hold; none unless the site says so. */
  readonly quota: number | undefined;
}

const COMMENT = '[ \\t]*(?:#[^\\0-\\x08\\n-\\x1f\\x7f]*)?$';
const NOTHING = new RegExp(`^${COMMENT}`);
const HEADER = new RegExp(`^[ \\t]*\\[\\[cap\\]\\]${COMMENT}`);
const CACHE_HEADER = new RegExp(`^[ \\t]*\\[cache\\]${COMMENT}`);
const ENTRY = new RegExp(`^[ \\t]*(hosts|target|quota)[ \\t]*=[ \\t]*"([^"\\\\\\0-\\x1f\\x7f]*)"${COMMENT}`);

const EXPECTED = 'expected [[cap]], hosts = "PATTERN", target = "NAME", [cache] or quota = "SIZE"';
const RULES = {
  hosts: { holds: isHostPattern, otherwise: 'expected a pattern of host names, with *, ? and [a-z] at most' },
  target: { holds: isName, otherwise: 'expected the name of a target' },
  quota: { holds: (text: string) => sizeOf(text) !== undefined, otherwise: 'expected a size such as 50 GB' },
} as const;
type Key = keyof typeof RULES;

/** A table as far as it has been read. */
interface Table {
  readonly kind: '[[cap]]' | '[cache]';
  readonly line: number;
  readonly entries: Map<Key, { readonly value: string; readonly line: number }>;
}

/**
 * Reads `/etc/depotcast.toml`: tables `[[cap]]` with `hosts` and `target`, a table `[cache]` with `quota`, and nothing else.
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
  const caps = tables
    .filter(({ kind }) => kind === '[[cap]]')
    .map(({ line, entries }) => {
      const [hosts, target] = [entries.get('hosts'), entries.get('target')];
      if (hosts === undefined || target === undefined) {
        throw misshapen(file, line, `this [[cap]] has no ${hosts === undefined ? 'hosts' : 'target'}`);
      }
      return { hosts: hosts.value, target: target.value, line: target.line };
    });
  const quota = tables.find(({ kind }) => kind === '[cache]')?.entries.get('quota');
  return { file, caps, quota: quota && sizeOf(quota.value) };
}

/** Takes one line in. @returns what is wrong with it, if anything */
function readLine(text: string, line: number, tables: Table[]): string | undefined {
  if (NOTHING.test(text)) return undefined;
  if (HEADER.test(text)) {
    tables.push({ kind: '[[cap]]', line, entries: new Map() });
    return undefined;
  }
  if (CACHE_HEADER.test(text)) {
    if (tables.some(({ kind }) => kind === '[cache]')) return 'a second [cache]';
    tables.push({ kind: '[cache]', line, entries: new Map() });
    return undefined;
  }
  const [, name, value = ''] = ENTRY.exec(text) ?? [];
  if (name === undefined) return EXPECTED;
  const key = name as Key;
  const table = tables.at(-1);
  const kind = key === 'quota' ? '[cache]' : '[[cap]]';
  if (table?.kind !== kind) return `${key} stands outside of a ${kind}`;
  if (table.entries.has(key)) return `a second ${key} in one ${kind}`;
  if (!RULES[key].holds(value)) return RULES[key].otherwise;
  table.entries.set(key, { value, line });
  return undefined;
}

function misshapen(file: string, line: number, problem: string): DepotError {
  return new DepotError('usage', `${file}:${line}: ${problem}`, {
    hint: 'a cap is three lines: [[cap]], hosts = "PATTERN", target = "NAME"; a quota is two: [cache], quota = "50 GB"; in double quotes and without backslashes',
  });
}
