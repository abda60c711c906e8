"""
    transverse_thrust(momenta) -> Float64

``\\max_n Σ |p_T · n| / Σ p_T``: 1 for back-to-back particles, 2/π for a transversely
isotropic event (A. Banfi, G. Salam, G. Zanderighi, hep-ph/0407287).

Exact in quadratic time. At the maximum, n is along the vector sum over the particles
on one side of a line through the origin, and the division of the particles by that
line only changes where the line passes through one of them.
"""
function transverse_thrust(momenta::Vector{FourMomentum})
    scale = 0.0
    largest = 0.0
    for edge in momenta
        scale += pt(edge)
        largest = max(largest, divided_sum(momenta, edge))
    end
    scale > 0 || throw(ArgumentError("no particle has a transverse momentum"))
    return largest / scale
end

# Length of Σ ±p_T, the sign by the side of the line along `edge`. Particles on the
# line itself count with the sign of their direction along it, then with the opposite.
function divided_sum(momenta::Vector{FourMomentum}, edge::FourMomentum)
    x = y = on_x = on_y = 0.0
    for p in momenta
        side = edge.px * p.py - edge.py * p.px
        if iszero(side)
            along = edge.px * p.px + edge.py * p.py
            on_x += copysign(1.0, along) * p.px
            on_y += copysign(1.0, along) * p.py
        else
            x += copysign(1.0, side) * p.px
            y += copysign(1.0, side) * p.py
        end
    end
    ahead = (x + on_x) * (x + on_x) + (y + on_y) * (y + on_y)
    behind = (x - on_x) * (x - on_x) + (y - on_y) * (y - on_y)
    return sqrt(max(ahead, behind))
end
