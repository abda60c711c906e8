/** One way to start the job, and how long it took from the start of the process to its result. */
export interface Measurement {
  readonly name: string;
  /** Seconds, one for each run. */
  readonly seconds: readonly number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** A table of medians and of the ratios to the first row. */
export function renderTable(measurements: readonly Measurement[]): string {
  const base = median(measurements[0]?.seconds ?? []);
  const rows = measurements.map(({ name, seconds }) => {
    const time = median(seconds);
    return [
      name,
      `${time.toFixed(2)} s`,
      `${(base / time).toFixed(1)} x`,
      seconds.map((s) => s.toFixed(2)).join(' '),
    ];
  });
  return alignColumns([['start', 'to first result', 'faster', 'runs'], ...rows], [0, 3]);
}

/**
 * Lines of a table, its cells two spaces apart.
 * @param left columns that are not flush right
 */
export function alignColumns(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number): string =>
    left.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n');
}

/** Bars of the medians, the longest `width` characters long. */
export function renderBars(measurements: readonly Measurement[], width: number): string {
  const times = measurements.map(({ seconds }) => median(seconds));
  const longest = Math.max(...times);
  const label = Math.max(...measurements.map(({ name }) => name.length));
  return measurements
    .map(({ name }, index) => {
      const time = times[index] ?? 0;
      return `${name.padEnd(label)}  ${bar((time / longest) * width)} ${time.toFixed(2)} s`;
    })
    .join('\n');
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function bar(length: number): string {
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? '');
}
