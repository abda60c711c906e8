import { DepotError } from '@depotcast/hydrator/format';

export interface Buildable {
  readonly name: string;
  readonly arch: string;
}

/**
 * What sbatch is told for each target: of what the command line gave, what is for all, then what is for its architecture,
 * then its own.
 * @param given as `--partition=build --time=2:00:00`, or `aarch64: --partition=arm`, `x86-64-v4: --constraint=avx512`
 * @throws DepotError `usage` for what names nothing to build, or is no option
 */
export function sbatchOptions(
  given: readonly string[],
  targets: readonly Buildable[],
): ReadonlyMap<string, readonly string[]> {
  const parsed = given.map((text) => parseOptions(text, targets));
  const optionsFor = (name: string | undefined): string[] =>
    parsed.flatMap((entry) => (entry.name === name ? entry.options : []));
  // The baseline of an architecture may have its name.
  const names = ({ name, arch }: Buildable) => [undefined, ...new Set([arch, name])];
  return new Map(targets.map((target) => [target.name, names(target).flatMap(optionsFor)]));
}

function parseOptions(text: string, targets: readonly Buildable[]) {
  const [, name, rest = ''] = /^(?:([A-Za-z0-9][A-Za-z0-9._-]*):)?(.*)$/s.exec(text) ?? [];
  const known = new Set(targets.flatMap((target) => [target.arch, target.name]));
  if (name !== undefined && !known.has(name)) {
    throw new DepotError('usage', `--sbatch: '${name}' is neither a target to build nor its architecture`, {
      hint: `there are: ${[...known].join(', ')}`,
    });
  }
  const options = rest.split(/\s+/).filter((word) => word !== '');
  const odd = options.find((word) => !word.startsWith('-'));
  if (odd !== undefined || options.length === 0) {
    throw new DepotError(
      'usage',
      `--sbatch: expected options such as --partition=build, got '${odd ?? text}'`,
      {
        hint: 'write each option with its value as one word: --time=2:00:00',
      },
    );
  }
  return { name, options };
}
