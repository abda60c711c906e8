"""
    inclusive_jets(sequence, ptmin = 0.0) -> Vector{Jet}

Jets with a transverse momentum of at least `ptmin` GeV, hardest first.
"""
function inclusive_jets(sequence::ClusterSequence, ptmin::Float64 = 0.0)
    jets = Jet[]
    for step in sequence.steps
        step.second == BEAM || continue
        candidate = jet(sequence, step.first)
        pt2(candidate) >= ptmin * ptmin && push!(jets, candidate)
    end
    return hardest_first!(jets)
end

"""
    exclusive_jets(sequence, count::Int) -> Vector{Jet}
    exclusive_jets(sequence, dcut::Float64) -> Vector{Jet}

The pseudojets, hardest first, at the stage where `count` are left, or where every
later distance exceeds `dcut` (in the units of ``d_{ij}``, GeV² for kt). Throws
`ArgumentError` for anti-kt, whose distances do not order a jet's substructure, and
for a `count` beyond the number of inputs.
"""
function exclusive_jets(sequence::ClusterSequence, count::Int)
    require_ordered(sequence.definition.algorithm)
    0 <= count <= sequence.inputs ||
        throw(ArgumentError("$(sequence.inputs) inputs have no $count exclusive jets"))
    return jets_after(sequence, sequence.inputs - count)
end

function exclusive_jets(sequence::ClusterSequence, dcut::Float64)
    require_ordered(sequence.definition.algorithm)
    done = 0
    for step in sequence.steps
        step.largest > dcut && break
        done += 1
    end
    return jets_after(sequence, done)
end

require_ordered(::GeneralisedKt) = nothing
require_ordered(::AntiKt) = throw(ArgumentError("anti-kt has no exclusive jets"))

# Pseudojets in play after the first `done` steps: made by then and used only later.
function jets_after(sequence::ClusterSequence, done::Int)
    jets = Jet[]
    for step in view(sequence.steps, (done + 1):length(sequence.steps))
        for index in (step.first, step.second)
            index != BEAM && sequence.origin[index] <= done && push!(jets, jet(sequence, index))
        end
    end
    return hardest_first!(jets)
end

hardest_first!(jets::Vector{Jet}) = sort!(jets; by = pt2, rev = true, alg = MergeSort)

"""
    parents(sequence, jet) -> Union{Nothing,Tuple{Jet,Jet}}

The two pseudojets that merged into `jet`, the harder first; `nothing` for an input.
"""
function parents(sequence::ClusterSequence, child::Jet)
    origin = sequence.origin[child.index]
    origin == 0 && return nothing
    step = sequence.steps[origin]
    first, second = jet(sequence, step.first), jet(sequence, step.second)
    return pt2(first) >= pt2(second) ? (first, second) : (second, first)
end

"""
    constituents(sequence, jet) -> Vector{Int}

Indices of the inputs that make up `jet`, in increasing order.
"""
function constituents(sequence::ClusterSequence, root::Jet)
    inputs = Int[]
    pending = Int[root.index]
    while !isempty(pending)
        index = pop!(pending)
        if index <= sequence.inputs
            push!(inputs, index)
        else
            step = sequence.steps[sequence.origin[index]]
            push!(pending, step.first, step.second)
        end
    end
    return sort!(inputs)
end
