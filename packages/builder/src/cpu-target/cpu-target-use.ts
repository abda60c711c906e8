import type { Arch } from '@depotcast/hydrator/format';

/** Why a string must not be handed to a Julia, and what to write in its place. */
export interface Refusal {
  readonly message: string;
  readonly remedy: string;
}

/** A string for `-C`, and what is expected of it. */
export interface CpuTargetUse {
  readonly cpuTarget: string;
  readonly arch: Arch;
  readonly juliaVersion: string;
  /** What nodes are chosen by, as /proc/cpuinfo spells it. */
  readonly requires: readonly string[];
  /** Those of `requires` that the string need not provide, as a site only asks more of its nodes. */
  readonly raised: readonly string[];
}
