# Sequential recombination straight from its definition: every step looks at all
# distances, which takes cubic time and leaves little room for error.
module Reference

using JetClustering
using JetClustering: momentum_factor, prepare, recombine
using JetEvents

# A step as the input indices of what merged, or of what became a jet.
struct Step
    members::Vector{Int}
    is_jet::Bool
    distance::Float64
end

function steps(momenta::Vector{FourMomentum}, definition::JetDefinition)
    active = [([i], prepare(definition.scheme, p)) for (i, p) in enumerate(momenta)]
    result = Step[]
    while !isempty(active)
        distance, i, j = least(active, definition)
        members = i == j ? active[i][1] : sort(vcat(active[i][1], active[j][1]))
        push!(result, Step(members, i == j, distance))
        if i != j
            push!(active, (members, recombine(definition.scheme, active[i][2], active[j][2])))
        end
        deleteat!(active, i == j ? [i] : [i, j])
    end
    return result
end

function least(active, definition::JetDefinition)
    best = (Inf, 0, 0)
    for i in eachindex(active), j in i:length(active)
        best = min(best, (distance(active[i][2], active[j][2], i == j, definition), i, j))
    end
    return best
end

function distance(a::FourMomentum, b::FourMomentum, to_beam::Bool, definition::JetDefinition)
    factor(p) = momentum_factor(definition.algorithm, pt2(p))
    to_beam && return factor(a)
    return min(factor(a), factor(b)) * delta_r2(a, b) / definition.radius^2
end

end
