import type { CoverageRow } from './coverage.js';

const MAX_FEATURES = 6;
const HEADER = ['CPU', 'image', 'next better image, and what is missing for it'];

/** A table of one environment's coverage, as rows of cells. */
export function coverageTable(rows: readonly CoverageRow[]): string[][] {
  return [HEADER, ...rows.map((row) => [row.cpu, imageOf(row), betterOf(row)])];
}

function imageOf({ image }: CoverageRow): string {
  return image === null ? 'none' : `${image.target} ${image.start}`;
}

function betterOf({ passedOver, arch, image }: CoverageRow): string {
  const next = passedOver.at(-1);
  if (next === undefined) return image === null ? `the release has no image for ${arch}` : '';
  const shown = next.missing.slice(0, MAX_FEATURES).join(' ');
  const more = next.missing.length > MAX_FEATURES ? ` and ${next.missing.length - MAX_FEATURES} more` : '';
  return `${next.target}: ${shown}${more}`;
}
