import { type Arch, TARGETS } from '../format/index.js';

/** What a node's CPUs can all do, as far as the kernel says. */
export interface HostFeatures {
  /** As `uname -m` spells it; only {@link Arch} values have targets. */
  readonly arch: string;
  /** Kernel spelling. */
  readonly features: ReadonlySet<string>;
  /** Why the features may be fewer than the CPU really has. */
  readonly warnings: readonly string[];
}

/** A host of which nothing is known but its architecture: it gets what every such CPU has. */
export function baselineHost(arch: string, warnings: readonly string[]): HostFeatures {
  const baseline = TARGETS.find((target) => target.arch === (arch as Arch));
  return { arch, features: new Set(baseline?.requires), warnings };
}
