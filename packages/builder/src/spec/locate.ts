/** Keys and array indexes that lead to a value of a TOML document, as in `['environment', 1, 'name']`. */
export type KeyPath = readonly (string | number)[];

/** Finds the line, counted from 1, where a value stands; for a missing one, where its nearest ancestor stands. */
export type Locate = (path: KeyPath) => number | undefined;

const KEY = String.raw`(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')`;
const KEYS = String.raw`${KEY}(?:\s*\.\s*${KEY})*`;
const TABLE_LINE = new RegExp(String.raw`^\s*\[\s*(${KEYS})\s*\]`);
const TABLES_LINE = new RegExp(String.raw`^\s*\[\[\s*(${KEYS})\s*\]\]`);
const VALUE_LINE = new RegExp(String.raw`^\s*(${KEYS})\s*=`);

/** Indexes a TOML text by lines, as the parser gives values without positions. Expects a text that parses. */
export function locatorOf(toml: string): Locate {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table: KeyPath = [];
  for (const { text, line } of statementsOf(toml)) {
    const tables = TABLES_LINE.exec(text)?.[1];
    const single = TABLE_LINE.exec(text)?.[1];
    const value = VALUE_LINE.exec(text)?.[1];
    if (tables !== undefined) {
      const path = withIndexes(splitKeys(tables), counts, true);
      const index = (counts.get(keyOf(path)) ?? -1) + 1;
      counts.set(keyOf(path), index);
      table = [...path, index];
    } else if (single !== undefined) {
      table = withIndexes(splitKeys(single), counts, false);
    }
    const path = value === undefined ? table : [...table, ...splitKeys(value)];
    for (let length = 1; length <= path.length; length += 1) {
      const key = keyOf(path.slice(0, length));
      if (!lines.has(key)) lines.set(key, line);
    }
  }
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const line = lines.get(keyOf(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  };
}

/** Path for people, as in `environment[1].sysimage.workload`. */
export function renderKeyPath(path: KeyPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
}

/** Lines on which a table or a value begins: those inside brackets and multi-line strings continue an earlier one. */
function* statementsOf(toml: string): Generator<{ text: string; line: number }> {
  let inside = '';
  let depth = 0;
  for (const [index, text] of toml.split('\n').entries()) {
    if (inside === '' && depth === 0) yield { text, line: index + 1 };
    const header = inside === '' && depth === 0 && /^\s*\[/.test(text);
    for (const [token] of text.matchAll(/"""|'''|\\.|["'#[\]{}]/g)) {
      if (inside !== '') {
        if (token === inside) inside = '';
      } else if (token === '#') break;
      else if (/^["']/.test(token)) inside = token;
      else if (/[[{]/.test(token)) depth += 1;
      else if (/[\]}]/.test(token)) depth -= 1;
    }
    if (inside.length === 1) inside = '';
    if (header) depth = 0;
  }
}

/** A sub-table of an array of tables belongs to the array's latest element. */
function withIndexes(keys: readonly string[], counts: Map<string, number>, isLastOwn: boolean): KeyPath {
  const path: (string | number)[] = [];
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const latest = counts.get(keyOf(path));
    if (latest !== undefined && !(isLastOwn && index === keys.length - 1)) path.push(latest);
  }
  return path;
}

function splitKeys(text: string): string[] {
  return (text.match(new RegExp(KEY, 'g')) ?? []).map((key) => key.replace(/^["']|["']$/g, ''));
}

function keyOf(path: KeyPath): string {
  return JSON.stringify(path);
}
