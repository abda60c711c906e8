import type { ReadEntry } from './catalog-entry.js';

/** Versions and place of a catalog. */
export function checkProperties(properties: ReadonlyMap<string, string>, root: string): string[] {
  const problems: string[] = [];
  const expect = (key: string, expected: string | undefined) => {
    const actual = properties.get(key);
    if (actual === expected) return;
    problems.push(`property ${key}: expected ${expected ?? 'none'}, got ${actual ?? 'none'}`);
  };
  expect('schema', '2.5');
  expect('root_prefix', root === '' ? undefined : root);
  if (!/^[1-9]$/.test(properties.get('schema_revision') ?? '')) {
    problems.push(`property schema_revision: got ${properties.get('schema_revision') ?? 'none'}`);
  }
  return problems;
}

/** What a catalog's statistics must say about itself. */
export function countEntries(entries: readonly ReadEntry[], nested: number): Map<string, number> {
  const files = entries.filter(({ type }) => type === 'file');
  const chunked = files.filter((file) => file.chunked);
  const external = files.filter((file) => file.external);
  const count = (type: ReadEntry['type']) => entries.filter((entry) => entry.type === type).length;
  const sizeOf = (some: readonly ReadEntry[]) => some.reduce((sum, { size }) => sum + size, 0);
  return new Map([
    ['regular', files.length],
    ['symlink', count('symlink')],
    ['special', count('special')],
    ['dir', count('directory')],
    ['nested', nested],
    ['chunked', chunked.length],
    ['chunks', chunked.reduce((sum, { chunks }) => sum + chunks.length, 0)],
    ['file_size', sizeOf(files)],
    ['chunked_size', sizeOf(chunked)],
    ['xattr', entries.filter(({ hasAttributes }) => hasAttributes).length],
    ['external', external.length],
    ['external_file_size', sizeOf(external)],
  ]);
}
