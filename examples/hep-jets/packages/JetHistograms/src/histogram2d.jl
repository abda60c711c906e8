"""
    Histogram2D(xaxis, yaxis)

A weighted histogram in two dimensions: sums of weights by x bin and y bin, underflow
and overflow included.
"""
mutable struct Histogram2D{X<:Axis,Y<:Axis}
    xaxis::X
    yaxis::Y
    weights::Matrix{Float64}
    entries::Int
end

Histogram2D(xaxis::Axis, yaxis::Axis) =
    Histogram2D(xaxis, yaxis, zeros(bincount(xaxis) + 2, bincount(yaxis) + 2), 0)

"""
    push!(h::Histogram2D, x, y, weight = 1.0) -> h

Fill `h` at `(x, y)`.
"""
function Base.push!(h::Histogram2D, x::Float64, y::Float64, weight::Float64 = 1.0)
    h.weights[binindex(h.xaxis, x) + 1, binindex(h.yaxis, y) + 1] += weight
    h.entries += 1
    return h
end

function Base.merge!(h::Histogram2D, other::Histogram2D)
    other.xaxis == h.xaxis && other.yaxis == h.yaxis ||
        throw(ArgumentError("histograms with different axes cannot merge"))
    h.weights .+= other.weights
    h.entries += other.entries
    return h
end

bincontent(h::Histogram2D, i::Int, j::Int) = h.weights[i + 1, j + 1]
entries(h::Histogram2D) = h.entries
total_weight(h::Histogram2D) = ordered_sum(h.weights)
