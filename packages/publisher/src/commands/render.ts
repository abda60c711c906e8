export { renderBytes } from '@depotcast/hydrator';

/** Columns as wide as their widest cell, two spaces apart, a newline after each row. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const renderRow = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${renderRow(row).trimEnd()}\n`).join('');
}

/** A hash as people write it: enough digits to be unique, few enough to type. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** `1 file`, `2 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
