import { DepotError } from '../format/index.js';
import { someOf } from '../host/some-of.js';
import type { Comparison, Difference } from './compare-project.js';
import type { ProjectMatch } from './match-project.js';

/**
 * Why a project has no environment in a release: the packages that differ from the nearest, and what starting on it in
 * spite of that would have Julia compile.
 */
export function refuseMatch(release: string, match: ProjectMatch): DepotError {
  const [nearest, ...others] = match.comparisons;
  if (nearest === undefined) throw new Error('a release has environments');
  const more = others.map((other) => `  environment ${other.environment}: ${describeDistance(other)}`);
  return new DepotError(
    'not-found',
    [
      `${match.manifest}: no environment of release ${release} is as this project; ${nearest.environment} comes nearest:`,
      ...describeComparison(nearest),
      ...more,
    ].join('\n'),
    { hint: isOnTop(nearest) ? onTop(match.folder) : ELSEWISE },
  );
}

const ELSEWISE =
  'have the project published, or take the packages from the release: leave out --project, and the job gets what was published';

/** Whether the project is what was published and some packages more. */
function isOnTop({ otherJulia, differences }: Comparison): boolean {
  return otherJulia === null && differences.every(({ kind }) => kind === 'missing');
}

function onTop(folder: string): string {
  return (
    'all else is as published: leave out --project and stack these on top, ' +
    `push!(LOAD_PATH, "${folder}") in the job; they are compiled into its first depot, which --scratch keeps`
  );
}

function describeComparison({ otherJulia, differences, recompiled }: Comparison): string[] {
  return [
    ...(otherJulia === null ? [] : [`  the Manifest is of another Julia than the release's ${otherJulia}`]),
    ...differences.map((difference) => `  ${difference.name}: ${describeDifference(difference)}`),
    ...(recompiled.length === 0 ? [] : [`would be compiled again: ${recompiled.join(', ')}`]),
  ];
}

function describeDistance({ otherJulia, differences }: Comparison): string {
  if (otherJulia !== null) return `is for Julia ${otherJulia}`;
  return `${differences.length} packages differ`;
}

function describeDifference({ kind, here, published, files }: Difference): string {
  switch (kind) {
    case 'missing':
      return 'is not in the release';
    case 'version':
      return `${here ?? 'no version'} here, ${published ?? 'no version'} in the release`;
    case 'tree':
      return `other code: ${here ?? "Julia's own"} here, ${published ?? "Julia's own"} in the release`;
    case 'files':
      return `differs in ${someOf(files)}`;
    case 'preferences':
      return `prefers ${here || 'nothing'} here, ${published || 'nothing'} in the release`;
    case 'indirect':
      return "is in the release, but not among its project's [deps]";
  }
}
