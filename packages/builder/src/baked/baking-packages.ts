import type { PackageId } from '../julia/literal.js';

/** A package that writes what the machine is that compiles it into its code. */
export interface BakingPackage extends PackageId {
  /** Whether what it writes depends on the CPU's features, so that it is to be compiled on a CPU of the target. */
  readonly hasFeatures: boolean;
  /** Julia code that calls `tell(what, value)` for all that the loaded module `baked` holds. */
  readonly probe: string;
  /** Julia code for the process that writes a system image: `baked` no longer asks what the machine is when it is loaded. */
  readonly settle?: string;
}

/**
 * Packages known to do so. Versions are told apart by what their modules define, as forks and backports keep no order.
 *
 * HostCPUFeatures keeps in `FEATURE_SET` what it found while it was compiled, whatever `__init__` defines anew; with the
 * preference `freeze_cpu_target` it defines its methods by the CPU target instead, and for good.
 * @see https://github.com/JuliaSIMD/HostCPUFeatures.jl/blob/fc95ee7/src/cpu_info.jl
 * @see https://github.com/JuliaSIMD/CPUSummary.jl/blob/v0.2.7/src/x86.jl
 */
export const BAKING_PACKAGES: readonly BakingPackage[] = [
  {
    name: 'HostCPUFeatures',
    uuid: '3e5b6fbb-0976-4d2c-9146-d79de83f2fb0',
    hasFeatures: true,
    probe: `freezes = isdefined(baked, :freeze_cpu_target)
frozen = freezes && baked.freeze_cpu_target
names = if frozen
    asked = [Base.unwrap_unionall(method.sig).parameters[2] for method in methods(baked.has_feature)]
    [string(T.parameters[1]) for T in asked if T isa DataType && T <: Val && baked.has_feature(T()) === baked.True()]
else
    collect(baked.FEATURE_SET)
end
for name in names
    tell("feature", replace(name, string(Sys.ARCH, '_') => ""))
end
tell("cpu", baked.BASELINE_CPU_NAME)
freezes && tell("freezes", true)
frozen || isdefined(baked, :settled_by_depotcast) || tell("redefines", true)`,
    settle: `if !(isdefined(baked, :freeze_cpu_target) && baked.freeze_cpu_target)
    Base.delete_method(which(baked.__init__, Tuple{})) # Julia 1.10 and later overwrite no method here
    Core.eval(baked, :(__init__() = nothing))
    Core.eval(baked, :(const settled_by_depotcast = true))
end`,
  },
  {
    name: 'CPUSummary',
    uuid: '2a0fbf3d-bb9c-48f3-b0a9-814d99fd7ab9',
    hasFeatures: false,
    probe: `preferred = isdefined(Base, :get_preferences) ? Base.get_preferences(id.uuid) : Dict()
haskey(preferred, "nc") || tell("nc", Int(baked.num_cores()))
haskey(preferred, "syst") || tell("syst", Int(baked.sys_threads()))
haskey(preferred, "cs") || tell("cs", join([Int(baked.cache_size(Val(level))) for level in 1:3], ", "))`,
  },
];

/** Those of `packages` that bake CPU features. */
export function bakingFeatures<T extends PackageId>(packages: readonly T[]): T[] {
  return packages.filter(({ uuid }) =>
    BAKING_PACKAGES.some((known) => known.hasFeatures && known.uuid === uuid),
  );
}
