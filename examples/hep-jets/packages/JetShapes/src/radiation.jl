"""
    subjettiness(momenta, axes, radius; beta = 1.0) -> Float64

N-subjettiness ``τ_N = Σ_i p_{Ti} \\min_a ΔR_{ia}^β / (R^β Σ_i p_{Ti})`` about N = `axes`
axes: the exclusive kt subjets under winner-take-all recombination (J. Thaler,
K. Van Tilburg, arXiv:1011.2268). Zero when there are no more constituents than axes.
"""
function subjettiness(momenta::Vector{FourMomentum}, axes::Int, radius::Float64;
                      beta::Float64 = 1.0)
    length(momenta) <= axes && return 0.0
    definition = JetDefinition(Kt(), UNBOUNDED_RADIUS, WinnerTakeAll())
    directions = exclusive_jets(cluster(momenta, definition), axes)
    spread = 0.0
    scale = 0.0
    for p in momenta
        nearest = Inf
        for axis in directions
            nearest = min(nearest, delta_r2(p, axis.momentum))
        end
        spread += pt(p) * angular_power(nearest, beta)
        scale += pt(p)
    end
    return spread / (scale * angular_power(radius * radius, beta))
end

# (ΔR²)^(β/2), exact for the usual exponents.
function angular_power(squared::Float64, beta::Float64)
    beta == 1.0 && return sqrt(squared)
    beta == 2.0 && return squared
    return PortableMath.pow(squared, beta / 2)
end

"""
    angularity(momenta, radius; beta = 1.0) -> Float64

Angularity ``Σ_i p_{Ti} (ΔR_i / R)^β / Σ_i p_{Ti}`` about the jet's own axis; β = 1 is
the girth (A. Larkoski, J. Thaler, W. Waalewijn, arXiv:1408.3122).
"""
function angularity(momenta::Vector{FourMomentum}, radius::Float64; beta::Float64 = 1.0)
    axis = total(momenta)
    spread = 0.0
    scale = 0.0
    for p in momenta
        spread += pt(p) * angular_power(delta_r2(p, axis) / (radius * radius), beta)
        scale += pt(p)
    end
    return iszero(scale) ? 0.0 : spread / scale
end

"""
    momentum_dispersion(momenta) -> Float64

``\\sqrt{Σ p_T^2} / Σ p_T``: 1 for a single particle, ``N^{-1/2}`` for N equal ones.
"""
function momentum_dispersion(momenta::Vector{FourMomentum})
    squares = 0.0
    scale = 0.0
    for p in momenta
        squares += pt2(p)
        scale += pt(p)
    end
    return iszero(scale) ? 0.0 : sqrt(squares) / scale
end

"""
    energy_correlation(momenta; beta = 1.0) -> NTuple{3,Float64}

Energy correlation functions of one, two and three points, in GeV, GeV² and GeV³
(A. Larkoski, G. Salam, J. Thaler, arXiv:1305.0007). ``C_2 = e_3 e_1 / e_2^2``.
"""
function energy_correlation(momenta::Vector{FourMomentum}; beta::Float64 = 1.0)
    count = length(momenta)
    weight = Float64[pt(p) for p in momenta]
    angle = Matrix{Float64}(undef, count, count)
    for j in 1:count, i in 1:count
        angle[i, j] = angular_power(delta_r2(momenta[i], momenta[j]), beta)
    end
    one = two = three = 0.0
    for i in 1:count
        one += weight[i]
        for j in 1:(i - 1)
            pair = weight[i] * weight[j] * angle[i, j]
            two += pair
            for k in 1:(j - 1)
                three += pair * weight[k] * angle[i, k] * angle[j, k]
            end
        end
    end
    return (one, two, three)
end
