"""
    soft_drop(splittings, radius; zcut = 0.1, beta = 0.0) -> Union{Nothing,Splitting}

The first splitting with ``z > z_{cut} (ΔR / R)^β`` (A. Larkoski, S. Marzani, G. Soyez,
J. Thaler, arXiv:1402.2657). Its `parent` is the groomed jet. `nothing` when no
splitting passes and a single constituent is left. `splittings` come from
[`primary_splittings`](@ref); β = 0 is the modified mass-drop tagger.
"""
function soft_drop(splittings::Vector{Splitting}, radius::Float64;
                   zcut::Float64 = 0.1, beta::Float64 = 0.0)
    for splitting in splittings
        threshold = zcut * PortableMath.pow(splitting.delta_r / radius, beta)
        splitting.z > threshold && return splitting
    end
    return nothing
end

"""
    trim(momenta; radius = 0.2, fraction = 0.03) -> FourMomentum

The jet without soft contamination: constituents are reclustered with kt at `radius`,
and subjets below `fraction` of the jet's transverse momentum dropped (D. Krohn,
J. Thaler, L.-T. Wang, arXiv:0912.1342).
"""
function trim(momenta::Vector{FourMomentum}; radius::Float64 = 0.2, fraction::Float64 = 0.03)
    subjets = inclusive_jets(cluster(momenta, JetDefinition(Kt(), radius)),
                             fraction * pt(total(momenta)))
    return total(FourMomentum[subjet.momentum for subjet in subjets])
end
