import { type Arch, holdsFor, juliaFeatures } from '@depotcast/hydrator/format';
import { AARCH64_CPUS, AARCH64_IMPLICATIONS, AARCH64_VERSIONS } from './aarch64-cpus.js';
import type { Cpu, Implication } from './cpu.js';
import type { ParsedCpuTarget } from './parse-cpu-target.js';
import { X86_CPUS, X86_IMPLICATIONS, X86_NEVER_RECORDED } from './x86-cpus.js';

interface Knowledge {
  readonly cpus: readonly Cpu[];
  readonly implications: readonly Implication[];
  /** Implications of which Julia only follows the one direction. */
  readonly oneWay: readonly Implication[];
  readonly neverRecorded: readonly string[];
}

const KNOWLEDGE: Readonly<Record<Arch, Knowledge>> = {
  x86_64: {
    cpus: X86_CPUS,
    implications: X86_IMPLICATIONS,
    oneWay: [],
    neverRecorded: X86_NEVER_RECORDED,
  },
  aarch64: {
    cpus: AARCH64_CPUS,
    implications: AARCH64_IMPLICATIONS,
    oneWay: AARCH64_VERSIONS,
    neverRecorded: [],
  },
};

/** Names of CPUs that a Julia knows; their features are its own table's, not LLVM's. */
export function knownCpus(arch: Arch, juliaVersion: string): string[] {
  const known = KNOWLEDGE[arch].cpus.filter((cpu) => holdsFor(cpu, juliaVersion));
  return known.flatMap(({ names }) => names);
}

/**
 * The features that Julia records for a target whose CPU it knows, on a host whose CPU has them all; by Julia's names,
 * sorted.
 * @see https://github.com/JuliaLang/julia/blob/v1.10.8/src/processor_x86.cpp#L795
 */
export function predictFeatures(
  { cpu, enabled, disabled }: ParsedCpuTarget,
  arch: Arch,
  juliaVersion: string,
): string[] {
  const { implications, oneWay, neverRecorded } = KNOWLEDGE[arch];
  const recordable = new Set(juliaFeatures(arch, juliaVersion).map(({ name }) => name));
  const rules = implications.filter(
    ({ feature, implies }) => recordable.has(feature) && recordable.has(implies),
  );
  const features = new Set([...featuresOf(cpu, arch, juliaVersion), ...enabled]);
  close(features, [...rules, ...oneWay]);
  for (const name of [...neverRecorded, ...disabled]) features.delete(name);
  removeUnsupported(features, rules);
  return [...features].filter((name) => recordable.has(name)).sort();
}

function featuresOf(name: string, arch: Arch, juliaVersion: string): string[] {
  const found = KNOWLEDGE[arch].cpus.find((cpu) => cpu.names.includes(name) && holdsFor(cpu, juliaVersion));
  if (found === undefined) return [];
  const { base, features } = found;
  return [...(base === undefined ? [] : featuresOf(base, arch, juliaVersion)), ...features];
}

function close(features: Set<string>, rules: readonly Implication[]): void {
  // A set yields what is added to it while it is gone through.
  for (const name of features) {
    for (const { feature, implies } of rules) if (feature === name) features.add(implies);
  }
}

function removeUnsupported(features: Set<string>, rules: readonly Implication[]): void {
  for (;;) {
    const broken = rules.find(({ feature, implies }) => features.has(feature) && !features.has(implies));
    if (broken === undefined) return;
    features.delete(broken.feature);
  }
}
