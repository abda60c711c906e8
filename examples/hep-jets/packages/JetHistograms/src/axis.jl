"""
    Axis

A partition of an interval into bins `1:bincount(axis)`, each closed below and open
above. Bin 0 takes the underflow and bin `bincount(axis) + 1` the overflow.
"""
abstract type Axis end

"""
    UniformAxis(low, high, bins)

`bins` bins of equal width from `low` to `high`.
"""
struct UniformAxis <: Axis
    low::Float64
    high::Float64
    bins::Int

    function UniformAxis(low::Real, high::Real, bins::Int)
        low < high || throw(ArgumentError("an axis cannot run from $low to $high"))
        bins > 0 || throw(ArgumentError("an axis needs at least one bin, not $bins"))
        return new(low, high, bins)
    end
end

"""
    VariableAxis(edges)

Bins between consecutive `edges`, which must increase strictly.
"""
struct VariableAxis <: Axis
    edges::Vector{Float64}

    function VariableAxis(edges::Vector{Float64})
        length(edges) >= 2 || throw(ArgumentError("an axis needs at least two edges"))
        issorted(edges; lt = <=) || throw(ArgumentError("the edges of an axis must increase"))
        return new(edges)
    end
end

Base.:(==)(a::VariableAxis, b::VariableAxis) = a.edges == b.edges
Base.hash(axis::VariableAxis, seed::UInt) = hash(axis.edges, seed)

"""
    bincount(axis) -> Int

Number of bins, without underflow and overflow.
"""
bincount(axis::UniformAxis) = axis.bins
bincount(axis::VariableAxis) = length(axis.edges) - 1

"""
    edge(axis, k) -> Float64

The k-th edge; bin k lies between edges k and k + 1.
"""
function edge(axis::UniformAxis, k::Int)
    k == axis.bins + 1 && return axis.high
    return axis.low + (k - 1) * (axis.high - axis.low) / axis.bins
end

edge(axis::VariableAxis, k::Int) = axis.edges[k]

"""
    binindex(axis, x) -> Int

The bin that holds `x`. Throws `DomainError` for NaN, which belongs in none.
"""
function binindex(axis::UniformAxis, x::Float64)
    isnan(x) && throw(DomainError(x, "NaN belongs in no bin"))
    x < axis.low && return 0
    x >= axis.high && return axis.bins + 1
    k = 1 + floor(Int, (x - axis.low) / (axis.high - axis.low) * axis.bins)
    # The quotient may round across an edge; the edges decide.
    k > 1 && x < edge(axis, k) && return k - 1
    k < axis.bins && x >= edge(axis, k + 1) && return k + 1
    return min(k, axis.bins)
end

function binindex(axis::VariableAxis, x::Float64)
    isnan(x) && throw(DomainError(x, "NaN belongs in no bin"))
    return searchsortedlast(axis.edges, x)
end
