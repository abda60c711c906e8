"""
    EigenShapes(λ1, λ2, λ3)

Eigenvalues of a normalised momentum tensor, largest first, with sum 1.
"""
struct EigenShapes
    first::Float64
    second::Float64
    third::Float64
end

"""
    linear_tensor(momenta) -> EigenShapes

Eigenvalues of ``Σ p^a p^b / |p|`` over ``Σ |p|``, which is safe under collinear
splitting (G. Parisi, Phys. Lett. B 74 (1978) 65).
"""
linear_tensor(momenta::Vector{FourMomentum}) =
    momentum_tensor(momenta, p -> 1 / sqrt(momentum2(p)))

"""
    sphericity(momenta) -> Float64

``\\frac{3}{2}(λ_2 + λ_3)`` of the quadratic tensor ``Σ p^a p^b / Σ p^2``: 0 for two
back-to-back particles, 1 for an isotropic event (J. Bjorken, S. Brodsky, Phys. Rev.
D 1 (1970) 1416).
"""
function sphericity(momenta::Vector{FourMomentum})
    shapes = momentum_tensor(momenta, p -> 1.0)
    return 1.5 * (shapes.second + shapes.third)
end

"""
    aplanarity(momenta) -> Float64

``\\frac{3}{2} λ_3`` of the quadratic tensor: 0 for a planar event, at most ½.
"""
aplanarity(momenta::Vector{FourMomentum}) = 1.5 * momentum_tensor(momenta, p -> 1.0).third

"""
    c_parameter(shapes) -> Float64

``3(λ_1 λ_2 + λ_1 λ_3 + λ_2 λ_3)`` of the linear tensor (R. K. Ellis, D. Ross,
A. Terrano, Nucl. Phys. B 178 (1981) 421).
"""
c_parameter(s::EigenShapes) = 3 * (s.first * s.second + s.first * s.third + s.second * s.third)

"""
    d_parameter(shapes) -> Float64

``27 λ_1 λ_2 λ_3`` of the linear tensor, zero for a planar event.
"""
d_parameter(s::EigenShapes) = 27 * s.first * s.second * s.third

# Tensor Σ w(p) pᵃpᵇ, normalised to trace 1. Momenta must not all vanish.
function momentum_tensor(momenta::Vector{FourMomentum}, weight::W) where {W}
    xx = yy = zz = xy = xz = yz = 0.0
    for p in momenta
        iszero(momentum2(p)) && continue
        w = weight(p)
        xx += w * p.px * p.px
        yy += w * p.py * p.py
        zz += w * p.pz * p.pz
        xy += w * p.px * p.py
        xz += w * p.px * p.pz
        yz += w * p.py * p.pz
    end
    trace = xx + yy + zz
    trace > 0 || throw(ArgumentError("no particle has a momentum"))
    return EigenShapes(eigenvalues(Symmetric3(xx / trace, yy / trace, zz / trace,
                                              xy / trace, xz / trace, yz / trace))...)
end
