import type { Start } from '@depotcast/hydrator/format';
import type { SpecTarget } from './spec-target.js';

/** A checked `spec.toml`: paths absolute, defaults filled in, targets looked up. */
export interface Spec {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  /** Absolute path under which nodes see the tree. */
  readonly prefix: string;
  /** Command line that starts Julia: a program, or a launcher and its arguments. */
  readonly julia: readonly string[];
  /** Command line of the program that links system images. */
  readonly linker: readonly string[];
  /** Whether nodes get Julia itself with the release. */
  readonly bundleRuntime: boolean;
  readonly compile: CompileOptions;
  /** What the proof of an image does beside loading it and running its workload. */
  readonly proof: { readonly onOtherCpu: boolean };
  /** All that the spec can name. */
  readonly knownTargets: readonly SpecTarget[];
  readonly targets: readonly SpecTarget[];
  readonly environments: readonly EnvironmentSpec[];
}

export interface CompileOptions {
  readonly optLevel: 0 | 1 | 2 | 3 | undefined;
  readonly checkBounds: 'yes' | 'no' | undefined;
}

/** One Julia project, and how jobs start on it. */
export interface EnvironmentSpec {
  readonly name: string;
  /** Folder that holds Project.toml and Manifest.toml. */
  readonly project: string;
  readonly starts: readonly Start[];
  /** Whether jobs get artifacts that Julia otherwise fetches on use. */
  readonly lazyArtifacts: boolean;
  /** Packages that the system image holds; undefined means every direct dependency. */
  readonly packages: readonly string[] | undefined;
  /** Script that does what jobs do: a system image holds the code that it runs, and proofs count what it still compiles. */
  readonly workload: string | undefined;
  /** File of statements that `depot-build record` took down in real sessions. */
  readonly statements: string | undefined;
}

/** What the command line says in the spec's stead. Paths are absolute. */
export interface SpecOverrides {
  readonly prefix?: string | undefined;
  readonly julia?: readonly string[] | undefined;
  readonly linker?: readonly string[] | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly onOtherCpu?: boolean | undefined;
}
