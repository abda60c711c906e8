"""
    mean(h::Histogram) -> Float64

Weighted mean of the values filled, not of the bin centres; NaN when empty.
"""
Statistics.mean(h::Histogram) = h.sum_x / total_weight(h)

"""
    var(h::Histogram) -> Float64

Weighted population variance of the values filled.
"""
function Statistics.var(h::Histogram)
    average = mean(h)
    return max(h.sum_x2 / total_weight(h) - average * average, 0.0)
end

"""
    std(h::Histogram) -> Float64

Root of [`var`](@ref).
"""
Statistics.std(h::Histogram) = sqrt(var(h))

"""
    effective_entries(h) -> Float64

Number of unit-weight entries with the same relative uncertainty, ``(Σw)^2 / Σw^2``.
"""
function effective_entries(h::Histogram)
    weight = total_weight(h)
    return weight * weight / ordered_sum(h.squares)
end

"""
    quantile(h, fraction) -> Float64

Where the cumulative distribution reaches `fraction`, linear within the bin; underflow
counts at the lower end of the axis and overflow at the upper.
"""
function Statistics.quantile(h::Histogram, fraction::Float64)
    0 <= fraction <= 1 || throw(DomainError(fraction, "a quantile lies between 0 and 1"))
    target = fraction * total_weight(h)
    cumulative = bincontent(h, 0)
    cumulative >= target && return edge(h.axis, 1)
    for k in 1:bincount(h.axis)
        content = bincontent(h, k)
        if cumulative + content >= target
            low, high = edge(h.axis, k), edge(h.axis, k + 1)
            return low + (high - low) * (target - cumulative) / content
        end
        cumulative += content
    end
    return edge(h.axis, bincount(h.axis) + 1)
end
