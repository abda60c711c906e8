import { baselineHost, hasTargets, type HostFeatures, noTarget } from './host-features.js';

/** The line that lists features: x86 says `flags`, Arm `Features`, lscpu `Flags`, indented in its newer listings. */
const FEATURE_LINE = /^[ \t]*(?:flags|Features|Flags)[ \t]*:([^]*)$/;

/** Other spellings of the same feature, by what Linux on x86 prints. */
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['sse3', 'pni'],
  ['lzcnt', 'abm'],
]);

/**
 * Reads a `/proc/cpuinfo` (or an lscpu listing) into the features that all its CPUs share.
 *
 * Never fails: what cannot be understood gives the architecture's baseline and a warning.
 * @param machine `uname -m` of the host that the text is from
 */
export function parseCpuInfo(text: string, machine: string): HostFeatures {
  const arch = machine === 'arm64' ? 'aarch64' : machine;
  const blocks = featureBlocks(text);
  if (blocks.length === 0) return baselineHost(arch, 'cpuinfo lists no features');
  const shared = blocks.reduce(
    (common, block) => new Set([...common].filter((feature) => block.has(feature))),
  );
  if (!looksLike(arch, shared)) {
    return baselineHost(arch, `cpuinfo is not of ${arch} (an emulator shows its host's?)`);
  }
  const warnings: string[] = [];
  if (blocks.some((block) => block.size !== shared.size)) {
    warnings.push('the CPUs of this node differ; only what all of them have counts');
  }
  const features = withoutBogusSve(shared, warnings);
  return { arch, features, warnings: hasTargets(arch) ? warnings : [...warnings, noTarget(arch)] };
}

function featureBlocks(text: string): Set<string>[] {
  // Most nodes say the same for each of their many CPUs.
  return [...new Set(text.split('\n'))].flatMap((line) => {
    const match = FEATURE_LINE.exec(line);
    if (match === null) return [];
    const words = (match[1] ?? '').split(/[ \t\r]+/).filter(Boolean);
    return [new Set(words.map((word) => ALIASES.get(word) ?? word))];
  });
}

function looksLike(arch: string, features: ReadonlySet<string>): boolean {
  if (arch === 'x86_64') return features.has('sse2');
  if (arch === 'aarch64') return features.has('asimd');
  return true;
}

/** Kernels before 6.14 list SVE extensions on CPUs that have SME only; without `sve` itself none of them can be used. */
function withoutBogusSve(features: ReadonlySet<string>, warnings: string[]): ReadonlySet<string> {
  if (features.has('sve')) return features;
  const sane = new Set([...features].filter((feature) => !feature.startsWith('sve')));
  if (sane.size !== features.size)
    warnings.push('cpuinfo lists sve extensions without sve; they are ignored');
  return sane;
}
