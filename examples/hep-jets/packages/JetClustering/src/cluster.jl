"""
    cluster(momenta, definition) -> ClusterSequence

Cluster all `momenta`. Keeps the nearest neighbour of each pseudojet, which suffices:
the least distance of all is always one between nearest neighbours in the
rapidity-azimuth plane (hep-ph/0512210). The time is quadratic in the number of
momenta, the memory linear.
"""
function cluster(momenta::Vector{FourMomentum}, definition::JetDefinition)
    sequence = ClusterSequence(definition, momenta)
    active = ActiveJets(sequence)
    while active.count > 0
        slot = closest(active)
        distance = active.distance[slot] / active.radius2
        neighbour = active.neighbour[slot]
        if neighbour == NO_NEIGHBOUR
            retire!(active, sequence, slot, distance)
        else
            merge_slots!(active, sequence, minmax(slot, neighbour)..., distance)
        end
    end
    return sequence
end

function retire!(active::ActiveJets, sequence::ClusterSequence, slot::Int, distance::Float64)
    record_step!(sequence, active.pseudojet[slot], BEAM, distance)
    vacate!(active, slot)
    repair_neighbours!(active, slot, NO_NEIGHBOUR)
end

function merge_slots!(active::ActiveJets, sequence::ClusterSequence, kept::Int, vacated::Int,
                      distance::Float64)
    merged = record_merger!(sequence, active.pseudojet[kept], active.pseudojet[vacated], distance)
    place!(active, sequence, kept, merged)
    vacate!(active, vacated)
    repair_neighbours!(active, vacated, kept)
    introduce!(active, kept)
end
