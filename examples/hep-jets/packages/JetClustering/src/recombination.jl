"""
    RecombinationScheme

How two pseudojets become one. A scheme has two methods: `prepare(scheme, p)` for
each input and `recombine(scheme, a, b)`.
"""
abstract type RecombinationScheme end

"""
    EScheme()

Four-momenta add.
"""
struct EScheme <: RecombinationScheme end

prepare(::EScheme, p::FourMomentum) = p
recombine(::EScheme, a::FourMomentum, b::FourMomentum) = a + b

"""
    WinnerTakeAll()

The sum is massless, has the scalar sum of the transverse momenta and points along
the harder of the two (A. Larkoski, D. Neill, J. Thaler, arXiv:1401.2158).
"""
struct WinnerTakeAll <: RecombinationScheme end

prepare(::WinnerTakeAll, p::FourMomentum) = massless(p.px, p.py, p.pz)

function recombine(::WinnerTakeAll, a::FourMomentum, b::FourMomentum)
    pt_a, pt_b = pt(a), pt(b)
    winner, pt_winner = pt_a >= pt_b ? (a, pt_a) : (b, pt_b)
    # Both are along the beam, so there is no transverse momentum to share out.
    iszero(pt_winner) && return massless(0.0, 0.0, a.pz + b.pz)
    scale = (pt_a + pt_b) / pt_winner
    return massless(scale * winner.px, scale * winner.py, scale * winner.pz)
end

massless(px::Float64, py::Float64, pz::Float64) =
    FourMomentum(px, py, pz, sqrt(px * px + py * py + pz * pz))
