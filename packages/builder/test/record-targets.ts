import { type Arch, juliaFeatures } from '@depotcast/hydrator/format';
import { parseCpuTargets } from '../src/cpu-target/parse-cpu-target.js';
import { predictFeatures } from '../src/cpu-target/predict.js';

export interface FakeTarget {
  readonly cpu: string;
  readonly flags?: number;
  readonly words: readonly number[];
}

/** The bytes that Julia up to 1.13 records for its targets. */
export function recordTargets(targets: readonly FakeTarget[]): Buffer {
  const word = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    return bytes;
  };
  const text = (value: string) => [word(value.length), Buffer.from(value, 'latin1')];
  return Buffer.concat([
    word(targets.length),
    ...targets.flatMap(({ cpu, flags = 0, words }) => [
      word(flags),
      word(words.length),
      ...words.map(word),
      ...words.map((value) => word(~value)),
      ...text(cpu),
      ...text(''),
    ]),
  ]);
}

/** What a Julia records for a string of one target on a host that has all but some features. */
export function recordFor(
  cpuTarget: string,
  arch: Arch,
  juliaVersion: string,
  lacking: readonly string[] = [],
): Buffer {
  const [parsed] = parseCpuTargets(cpuTarget, arch);
  if (parsed === undefined) throw new Error('a string has at least one part');
  const names = predictFeatures(parsed, arch, juliaVersion).filter((name) => !lacking.includes(name));
  return recordTargets([{ cpu: parsed.cpu, words: wordsOf(names, arch, juliaVersion) }]);
}

export function wordsOf(names: readonly string[], arch: Arch, juliaVersion: string): number[] {
  const modern = Number(juliaVersion.split('.')[1]) >= 12;
  const words = new Array<number>(arch === 'aarch64' ? 3 : modern ? 12 : 11).fill(0);
  for (const { name, bit } of juliaFeatures(arch, juliaVersion)) {
    if (names.includes(name)) words[bit >> 5] = ((words[bit >> 5] ?? 0) | (1 << (bit & 31))) >>> 0;
  }
  return words;
}
