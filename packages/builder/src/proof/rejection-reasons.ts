/** Why Julia does not take a cache, and what helps. */
export interface RejectionReason {
  /** What Julia says of it, in one version or another. */
  readonly pattern: RegExp;
  /** Goes on from `Julia does not take the cache of A: `. */
  readonly cause: string;
  readonly remedy: string;
}

const MIXED = 'something else has written into the build cache: end it, and build with a new --cache';

/**
 * All that `base/loading.jl` of Julia 1.5 to 1.13 logs before it turns from a cache, and what 1.14-DEV adds; the more
 * telling first, as a message can hold several.
 * @see https://github.com/JuliaLang/julia/blob/v1.12.5/base/loading.jl stale_cachefile
 */
export const REJECTION_REASONS: readonly RejectionReason[] = [
  {
    pattern: /does not support precompilation/,
    cause: 'it cannot be compiled ahead, and a package that can be needs it',
    remedy: 'remove __precompile__(false) from it, or leave it out',
  },
  {
    pattern: /since the flags are mismatched/,
    cause: 'it was compiled with other flags than jobs start with',
    remedy: 'set them in [compile], not in JULIA_OPTIONS or a wrapper script',
  },
  {
    pattern: /since it would require usage of pkgimage/,
    cause: 'Julia is told to take no machine code from caches',
    remedy: 'remove --pkgimages=no from [julia] command or the wrapper script',
  },
  {
    pattern: /can't be loaded on this target|Rejecting cache file [^\n]*:\n[^\n]*(?:Reasons|Targets)/,
    cause: "this host's CPU lacks features of the target",
    remedy: 'build it on a CPU that has them, or under an emulator as launcher',
  },
  {
    pattern: /since pkgimage .* was not found/,
    cause: 'its machine code is gone',
    remedy: MIXED,
  },
  {
    pattern: /containing an (?:invalid|incompatible) cache header/,
    cause: 'another version or build of Julia has written it',
    remedy: MIXED,
  },
  {
    pattern: /because it could not be opened/,
    cause: 'it cannot be read',
    remedy: 'the log says why; the folder of --cache must be readable for every user',
  },
  {
    pattern: /since it is for .* instead/,
    cause: 'it is of another package',
    remedy: MIXED,
  },
  {
    pattern: /was made with a different julia version|module Core .* is already loaded and incompatible/,
    cause: 'it belongs to another system image',
    remedy: MIXED,
  },
  {
    pattern: /is already loaded and incompatible|got loaded at a different version than expected/,
    cause: 'another build of a package that it needs is already loaded',
    remedy: `a package of the system image, or one that start-up loads, is not the Manifest's; or ${MIXED}`,
  },
  {
    pattern:
      /does not? ?provide desired build_id|provides the wrong (?:uuid|build_id)|is missing from the cache\.$/m,
    cause: 'it belongs to another build of a package that it needs',
    remedy: MIXED,
  },
  {
    pattern: /because dependency .* not found/,
    cause: 'a package that it needs is nowhere in the environment',
    remedy: "add it to the Project: julia --project -e 'using Pkg; Pkg.resolve()'",
  },
  {
    pattern: /because it is for file .* not file/,
    cause: 'it was compiled from sources in another place',
    remedy:
      'one package stands in two places: name it once in the Manifest, and take it out of JULIA_LOAD_PATH',
  },
  {
    pattern: /because uuid mapping for .* has changed/,
    cause: 'a name means another package than when it was compiled',
    remedy: 'two packages of the environment have one name: rename one, or leave one out',
  },
  {
    pattern: /its depot could not be resolved/,
    cause: 'its sources are in no depot of a job',
    remedy: 'a package includes files from outside its folder: move them into it',
  },
  {
    pattern: /because (?:file .* does not exist|mtime of|file size of|hash of)|because file .* has changed/,
    cause: 'a file that it was compiled from has changed since',
    remedy: 'a package writes files of its own, or reads such, while it is compiled (include_dependency)',
  },
  {
    pattern: /has an invalid checksum/,
    cause: 'its bytes are not those that were written',
    remedy: 'check the disk and the memory of this host, and build with a new --cache',
  },
  {
    pattern: /because preferences (?:hash does not match|have changed)/,
    cause: 'it was compiled with other preferences',
    remedy: 'put them into LocalPreferences.toml beside the Project',
  },
  {
    pattern: /parsed for a different Julia syntax version/,
    cause: 'its Project asks for another syntax of Julia than it was compiled with',
    remedy: 'name one version of the syntax in the Project',
  },
  {
    pattern: /failed to load from cache file|Deserialization checks failed|failed to create a usable/,
    cause: 'it, or a package that it needs, cannot be restored from a cache',
    remedy: 'the log names the exception',
  },
  {
    pattern: /Loading cache file/,
    cause: 'it is loaded without machine code',
    remedy:
      'its library is missing beside it; remove --pkgimages=no from [julia] command or the wrapper script',
  },
  {
    pattern: /Precompiling|Recompiling stale|not available with flags/,
    cause: 'there is none',
    remedy:
      'a package is loaded that the Manifest does not name, or one with __precompile__(false): add it, or leave it out',
  },
];
