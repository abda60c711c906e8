import { type Arch, TARGETS } from '../format/index.js';

/** What a node's CPUs can all do, as far as the kernel says. */
export interface HostFeatures {
  /** As `uname -m` spells it; only {@link Arch} values have targets. */
  readonly arch: string;
  /** Kernel spelling. */
  readonly features: ReadonlySet<string>;
  /** Why the features may be fewer than the CPU really has. */
  readonly warnings: readonly string[];
  /** What the site's caps take away. */
  readonly cap?: {
    /** `capped at x86-64-v3 by /etc/depotcast.toml` */
    readonly says: string;
    /** Features that the CPUs have and that do not count. */
    readonly hides: ReadonlySet<string>;
  };
  /** The nodes that this is the common part of; undefined for a single one. */
  readonly nodes?: readonly HostNode[];
}

/** A host of which nothing is known but its architecture: it gets what every such CPU has, if that can be said. */
export function baselineHost(arch: string, why: string): HostFeatures {
  const baseline = TARGETS.find((target) => target.arch === (arch as Arch));
  if (baseline === undefined) return { arch, features: new Set(), warnings: [why, noTarget(arch)] };
  return {
    arch,
    features: new Set(baseline.requires),
    warnings: [`${why}; only the baseline image is safe`],
  };
}

/** What to say of an architecture that no target is for. */
export function noTarget(arch: string): string {
  return `no target is known for ${arch}${is32Bit(arch) ? ' (a 32-bit kernel, or a program started by setarch)' : ''}`;
}

function is32Bit(arch: string): boolean {
  return /^(?:i[3-6]86|arm.*)$/.test(arch);
}

export function hasTargets(arch: string): boolean {
  return TARGETS.some((target) => target.arch === (arch as Arch));
}

/** One of several nodes that are to run the same image. */
export interface HostNode {
  /** The host's name, or the file that its cpuinfo was recorded in. */
  readonly name: string;
  readonly host: HostFeatures;
}
