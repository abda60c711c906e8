"""
    Histogram(axis)

A weighted histogram. For each bin of `axis`, underflow and overflow included, it holds
the sum of weights and of squared weights; over all entries, in range or not, their
number and the weighted sums of x and x².
"""
mutable struct Histogram{A<:Axis}
    axis::A
    weights::Vector{Float64}
    squares::Vector{Float64}
    entries::Int
    sum_x::Float64
    sum_x2::Float64
end

Histogram(axis::Axis) =
    Histogram(axis, zeros(bincount(axis) + 2), zeros(bincount(axis) + 2), 0, 0.0, 0.0)

Base.copy(h::Histogram) =
    Histogram(h.axis, copy(h.weights), copy(h.squares), h.entries, h.sum_x, h.sum_x2)

Base.:(==)(a::Histogram, b::Histogram) =
    a.axis == b.axis && a.weights == b.weights && a.squares == b.squares &&
    a.entries == b.entries && a.sum_x == b.sum_x && a.sum_x2 == b.sum_x2

"""
    push!(h::Histogram, x, weight = 1.0) -> h

Fill `h` at `x`.
"""
function Base.push!(h::Histogram, x::Float64, weight::Float64 = 1.0)
    slot = binindex(h.axis, x) + 1
    h.weights[slot] += weight
    h.squares[slot] += weight * weight
    h.entries += 1
    h.sum_x += weight * x
    h.sum_x2 += weight * x * x
    return h
end

"""
    merge!(h::Histogram, others::Histogram...) -> h

Add the entries of `others`, which must have the axis of `h`.
"""
function Base.merge!(h::Histogram, others::Histogram...)
    for other in others
        other.axis == h.axis || throw(ArgumentError("histograms with different axes cannot merge"))
        h.weights .+= other.weights
        h.squares .+= other.squares
        h.entries += other.entries
        h.sum_x += other.sum_x
        h.sum_x2 += other.sum_x2
    end
    return h
end

"""
    merge(h::Histogram, others::Histogram...) -> Histogram

A histogram with the entries of all.
"""
Base.merge(h::Histogram, others::Histogram...) = merge!(copy(h), others...)

"""
    bincontent(h, k) -> Float64

Sum of the weights in bin `k`; 0 is the underflow.
"""
bincontent(h::Histogram, k::Int) = h.weights[k + 1]

"""
    binerror(h, k) -> Float64

Statistical uncertainty of [`bincontent`](@ref): the root of the sum of squared weights.
"""
binerror(h::Histogram, k::Int) = sqrt(h.squares[k + 1])

"""
    entries(h) -> Int

How often `h` was filled.
"""
entries(h::Histogram) = h.entries

"""
    total_weight(h) -> Float64

Sum of all weights, underflow and overflow included.
"""
total_weight(h::Histogram) = ordered_sum(h.weights)

# Left to right: the order of Base.sum depends on the vector width of the CPU.
ordered_sum(values::Array{Float64}) = foldl(+, values; init = 0.0)
