"""
    Splitting

One 1 → 2 splitting on the primary branch of a jet.

- `parent`, `harder`, `softer`: four-momenta
- `delta_r`: distance of the two branches in the rapidity-azimuth plane
- `z`: the softer branch's share of the transverse momentum
- `kt`: transverse momentum of the softer branch relative to the harder, in GeV
"""
struct Splitting
    parent::FourMomentum
    harder::FourMomentum
    softer::FourMomentum
    delta_r::Float64
    z::Float64
    kt::Float64
end

function Splitting(parent::FourMomentum, harder::FourMomentum, softer::FourMomentum)
    pt_softer = pt(softer)
    delta_r = sqrt(delta_r2(harder, softer))
    return Splitting(parent, harder, softer, delta_r,
                     pt_softer / (pt(harder) + pt_softer), pt_softer * delta_r)
end

"""
    primary_splittings(momenta) -> Vector{Splitting}

Recluster the constituents of a jet with Cambridge/Aachen and follow the harder branch
from the whole jet inwards: the primary Lund plane (F. Dreyer, G. Salam, G. Soyez,
arXiv:1807.04758). Widest splitting first.
"""
function primary_splittings(momenta::Vector{FourMomentum})
    splittings = Splitting[]
    isempty(momenta) && return splittings
    sequence = cluster(momenta, JetDefinition(CambridgeAachen(), UNBOUNDED_RADIUS))
    branch = inclusive_jets(sequence)[1]
    while true
        pair = parents(sequence, branch)
        pair === nothing && return splittings
        harder, softer = pair
        push!(splittings, Splitting(branch.momentum, harder.momentum, softer.momentum))
        branch = harder
    end
end
