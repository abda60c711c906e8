"""
    Jet(momentum, index)

A pseudojet of a [`ClusterSequence`](@ref): its four-momentum and its place there.
"""
struct Jet
    momentum::FourMomentum
    index::Int
end

JetEvents.pt(jet::Jet) = pt(jet.momentum)
JetEvents.pt2(jet::Jet) = pt2(jet.momentum)
JetEvents.mass(jet::Jet) = mass(jet.momentum)
JetEvents.rapidity(jet::Jet) = rapidity(jet.momentum)
JetEvents.azimuth(jet::Jet) = azimuth(jet.momentum)
JetEvents.delta_r2(a::Jet, b::Jet) = delta_r2(a.momentum, b.momentum)

# The other half of a step that takes a pseudojet out as an inclusive jet.
const BEAM = 0

"""
    Step

One step of a clustering: pseudojets `first` and `second` merged at distance
`distance` (GeV^2P), or `first` became an inclusive jet, and then `second` is `BEAM`.
`largest` is the largest distance up to this step.
"""
struct Step
    first::Int
    second::Int
    distance::Float64
    largest::Float64
end

"""
    ClusterSequence

The record of a clustering. Pseudojets `1:inputs` are the prepared input momenta;
each merger appends one. With N inputs there are always N steps.

- `momenta`: four-momentum of each pseudojet
- `origin`: the step that made each pseudojet, 0 for inputs
- `steps`: the steps in order
"""
struct ClusterSequence{D<:JetDefinition}
    definition::D
    inputs::Int
    momenta::Vector{FourMomentum}
    origin::Vector{Int}
    steps::Vector{Step}
end

function ClusterSequence(definition::JetDefinition, inputs::Vector{FourMomentum})
    count = length(inputs)
    momenta = FourMomentum[prepare(definition.scheme, p) for p in inputs]
    sizehint!(momenta, 2count)
    return ClusterSequence(definition, count, momenta, zeros(Int, count),
                           sizehint!(Step[], count))
end

jet(sequence::ClusterSequence, index::Int) = Jet(sequence.momenta[index], index)

function record_step!(sequence::ClusterSequence, first::Int, second::Int, distance::Float64)
    steps = sequence.steps
    largest = isempty(steps) ? distance : max(steps[end].largest, distance)
    push!(steps, Step(first, second, distance, largest))
    return length(steps)
end

# Record that two pseudojets merge; returns the index of the new one.
function record_merger!(sequence::ClusterSequence, first::Int, second::Int, distance::Float64)
    momenta = sequence.momenta
    step = record_step!(sequence, first, second, distance)
    push!(momenta, recombine(sequence.definition.scheme, momenta[first], momenta[second]))
    push!(sequence.origin, step)
    return length(momenta)
end
