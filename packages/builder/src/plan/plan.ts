import type { Arch, Environment, Image } from '@depotcast/hydrator/format';
import type { BuildOutput } from '../environment/build-output.js';
import type { Stage } from './stage.js';

/** All that a build will do, as printable JSON: equal inputs give equal plans. */
export interface Plan {
  readonly format: 'depotcast-plan/1';
  readonly name: string;
  readonly version: string;
  readonly prefix: string;
  /** Whether what is compiled is valid at the prefix only. */
  readonly pathBound: boolean;
  readonly julia: { readonly version: string; readonly arch: Arch; readonly identity: string };
  /** Targets of the spec that another host has to build. */
  readonly skipped: readonly { readonly target: string; readonly reason: string }[];
  readonly environments: readonly Environment[];
  readonly images: readonly Image[];
  /** In an order in which they can run; those that do not need each other may run at once. */
  readonly stages: readonly Stage[];
  /** Files of packages that no Manifest vouches for: what their build scripts wrote on this host. */
  readonly buildOutputs: readonly (BuildOutput & { readonly environment: string })[];
  /** Estimates, in bytes. */
  readonly disk: { readonly cache: number; readonly bundle: number };
}
