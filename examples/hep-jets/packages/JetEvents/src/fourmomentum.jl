"""
    FourMomentum(px, py, pz, energy)

Energy and momentum in GeV, the beam along z.
"""
struct FourMomentum
    px::Float64
    py::Float64
    pz::Float64
    energy::Float64
end

Base.zero(::Type{FourMomentum}) = FourMomentum(0.0, 0.0, 0.0, 0.0)

Base.:+(a::FourMomentum, b::FourMomentum) =
    FourMomentum(a.px + b.px, a.py + b.py, a.pz + b.pz, a.energy + b.energy)

Base.:-(a::FourMomentum, b::FourMomentum) =
    FourMomentum(a.px - b.px, a.py - b.py, a.pz - b.pz, a.energy - b.energy)

"""
    total(momenta) -> FourMomentum

Sum of four-momenta, added from first to last. `Base.sum` would add in an order that
depends on the vector width of the CPU.
"""
total(momenta) = foldl(+, momenta; init = zero(FourMomentum))

"""
    pt2(p) -> Float64

Squared transverse momentum in GeV².
"""
pt2(p::FourMomentum) = p.px * p.px + p.py * p.py

"""
    pt(p) -> Float64

Transverse momentum in GeV.
"""
pt(p::FourMomentum) = sqrt(pt2(p))

"""
    momentum2(p) -> Float64

Squared three-momentum in GeV².
"""
momentum2(p::FourMomentum) = pt2(p) + p.pz * p.pz

"""
    mass2(p) -> Float64

Squared invariant mass in GeV²; rounding can make it slightly negative.
"""
mass2(p::FourMomentum) = (p.energy + p.pz) * (p.energy - p.pz) - pt2(p)

"""
    mass(p) -> Float64

Invariant mass in GeV, zero where rounding made its square negative.
"""
mass(p::FourMomentum) = sqrt(max(mass2(p), 0.0))

"""
    rapidity(p) -> Float64

Rapidity ``½ \\ln((E + p_z) / (E - p_z))``. A momentum exactly along the beam gets a
large finite value that still grows with `|pz|`, so that such momenta stay apart.
"""
function rapidity(p::FourMomentum)
    transverse2 = pt2(p)
    if iszero(transverse2) && p.energy <= abs(p.pz)
        return copysign(BEAM_RAPIDITY + abs(p.pz), p.pz)
    end
    # E - |pz| cancels for forward particles; (pt² + m²) / (E + |pz|) does not.
    forward = p.energy + abs(p.pz)
    magnitude = -0.5 * PortableMath.log((transverse2 + max(mass2(p), 0.0)) / (forward * forward))
    return copysign(magnitude, p.pz)
end

const BEAM_RAPIDITY = 1.0e5

"""
    azimuth(p) -> Float64

Angle around the beam in `[0, 2π)`.
"""
function azimuth(p::FourMomentum)
    angle = PortableMath.atan(p.py, p.px)
    angle < 0 && (angle += 2π)
    return angle < 2π ? angle : 0.0
end

"""
    delta_r2(a, b) -> Float64

Squared distance ``Δy² + Δφ²`` in the rapidity-azimuth plane.
"""
delta_r2(a::FourMomentum, b::FourMomentum) =
    delta_r2(rapidity(a), azimuth(a), rapidity(b), azimuth(b))

@inline function delta_r2(y1::Float64, phi1::Float64, y2::Float64, phi2::Float64)
    dy = y1 - y2
    direct = abs(phi1 - phi2)
    around = 2π - direct
    # ifelse, not min: min treats NaN and signed zeros, and then does not vectorise.
    dphi = ifelse(direct < around, direct, around)
    return dy * dy + dphi * dphi
end
