import { DepotError } from '../format/index.js';

/** A key with its value. */
export interface TomlEntry {
  /** Names of the tables around it. */
  readonly table: readonly string[];
  /** How many `[[...]]` and `[...]` stand above it: entries of one table have the same. */
  readonly tableNumber: number;
  readonly key: readonly string[];
  /** The value as it is written, without comments and without spaces outside strings. */
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

const NAME = `(?:[A-Za-z0-9_-]+|"(?:[^"\\\\]|\\\\.)*"|'[^']*')`;
const NAMES = `${NAME}(?:[ \\t]*\\.[ \\t]*${NAME})*`;
const HEADER = new RegExp(`^(\\[\\[?)[ \\t]*(${NAMES})[ \\t]*(\\]\\]?)[ \\t]*(?:#.*)?$`);
const ENTRY = new RegExp(`^(${NAMES})[ \\t]*=(.*)$`);
const NOTHING = /^(?:#.*)?$/;
const TOKEN = /"(?:[^"\\]|\\.)*"|'[^']*'|#.*|\s+|./gu;

/**
 * Every key of a TOML file, with its value as text: as much as is needed to compare the files in which Pkg and Preferences
 * keep an environment. What those never write, such as strings over several lines, is refused rather than misread.
 * @throws DepotError `bad-format` with file and line
 */
export function readTomlEntries(text: string, file: string): TomlEntry[] {
  const entries: TomlEntry[] = [];
  let table: string[] = [];
  let tableNumber = 0;
  /** A value whose brackets are still open. */
  let open: { key: string[]; value: string; line: number } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    const words = raw.trim();
    if (open === undefined) {
      if (NOTHING.test(words)) continue;
      const [, opening = '', names, closing] = HEADER.exec(words) ?? [];
      if (names !== undefined && opening.length === closing?.length) {
        table = splitNames(names);
        tableNumber++;
        continue;
      }
      const [, key, value = ''] = ENTRY.exec(words) ?? [];
      if (key === undefined) throw unreadable(file, line, 'expected a table or a key with a value');
      open = { key: splitNames(key), value: compact(value, file, line), line };
    } else open.value += compact(words, file, line);
    if (depthOf(open.value) > 0) continue;
    if (open.value === '') throw unreadable(file, line, 'expected a value');
    entries.push({ table, tableNumber, ...open });
    open = undefined;
  }
  if (open !== undefined) throw unreadable(file, open.line, 'its brackets are never closed');
  return entries;
}

/** A string's content; undefined for a value of another kind. */
export function stringOf(value: string): string | undefined {
  if (/^'[^']*'$/.test(value)) return value.slice(1, -1);
  return /^"(?:[^"\\]|\\.)*"$/.test(value) ? unescape(value) : undefined;
}

/** The strings of an array of strings; undefined for a value of another kind. */
export function stringsOf(value: string): string[] | undefined {
  if (!/^\[.*\]$/.test(value)) return undefined;
  const items = tokensOf(value.slice(1, -1)).filter((token) => token !== ',');
  const strings = items.map(stringOf).filter((item) => item !== undefined);
  return strings.length === items.length ? strings : undefined;
}

function splitNames(names: string): string[] {
  const parts = names.match(new RegExp(NAME, 'g')) ?? [];
  return parts.map((part) => stringOf(part) ?? part);
}

function compact(value: string, file: string, line: number): string {
  if (/"""|'''/.test(value)) throw unreadable(file, line, 'a string over several lines is not read here');
  return tokensOf(value).join('');
}

/** Without spaces and comments. */
function tokensOf(text: string): string[] {
  return (text.match(TOKEN) ?? []).filter((token) => !/^[\s#]/.test(token));
}

function depthOf(value: string): number {
  const tokens = tokensOf(value);
  const count = (brackets: string): number => tokens.filter((token) => brackets.includes(token)).length;
  return count('[{') - count(']}');
}

function unescape(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

function unreadable(file: string, line: number, problem: string): DepotError {
  return new DepotError('bad-format', `${file}:${line}: ${problem}`, {
    hint: 'write it as Pkg does: one table or one key to a line',
  });
}
