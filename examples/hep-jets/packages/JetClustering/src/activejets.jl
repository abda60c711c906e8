# The pseudojets still in play, as parallel arrays: the loop over candidate
# neighbours reads rapidities and azimuths contiguously and so fills vector registers.
# Slots 1:count are in use.
mutable struct ActiveJets
    count::Int
    radius2::Float64
    pseudojet::Vector{Int}
    rapidity::Vector{Float64}
    azimuth::Vector{Float64}
    factor::Vector{Float64}             # pT^(2P)
    neighbour::Vector{Int}              # slot of the nearest neighbour, NO_NEIGHBOUR beyond R
    neighbour_distance::Vector{Float64} # ΔR² to it, R² when there is none
    distance::Vector{Float64}           # the least R² d of this slot
    scratch::Vector{Float64}
end

const NO_NEIGHBOUR = 0

function ActiveJets(sequence::ClusterSequence)
    count = sequence.inputs
    radius = sequence.definition.radius
    column() = Vector{Float64}(undef, count)
    active = ActiveJets(count, radius * radius, Vector{Int}(undef, count), column(), column(),
                        column(), zeros(Int, count), column(), column(), column())
    for slot in 1:count
        place!(active, sequence, slot, slot)
    end
    for slot in 1:count
        find_neighbour!(active, slot)
    end
    return active
end

# Put a pseudojet into a slot; its neighbour is still to be found.
function place!(active::ActiveJets, sequence::ClusterSequence, slot::Int, pseudojet::Int)
    p = sequence.momenta[pseudojet]
    active.pseudojet[slot] = pseudojet
    active.rapidity[slot] = rapidity(p)
    active.azimuth[slot] = azimuth(p)
    active.factor[slot] = momentum_factor(sequence.definition.algorithm, pt2(p))
    return active
end

# ΔR² from one slot to every slot, into the scratch column.
function measure!(active::ActiveJets, slot::Int)
    y, phi, scratch = active.rapidity, active.azimuth, active.scratch
    y0, phi0 = y[slot], phi[slot]
    @inbounds @simd for k in 1:active.count
        scratch[k] = delta_r2(y[k], phi[k], y0, phi0)
    end
    return scratch
end

function find_neighbour!(active::ActiveJets, slot::Int)
    scratch = measure!(active, slot)
    scratch[slot] = Inf
    nearest, least = NO_NEIGHBOUR, active.radius2
    @inbounds for k in 1:active.count
        if scratch[k] < least
            nearest, least = k, scratch[k]
        end
    end
    set_neighbour!(active, slot, nearest, least)
end

@inline function set_neighbour!(active::ActiveJets, slot::Int, neighbour::Int, distance::Float64)
    factor = active.factor[slot]
    if neighbour != NO_NEIGHBOUR
        other = active.factor[neighbour]
        factor = ifelse(other < factor, other, factor)
    end
    active.neighbour[slot] = neighbour
    active.neighbour_distance[slot] = distance
    active.distance[slot] = distance * factor
    return active
end

# Slot with the least distance; the first of several equal ones.
function closest(active::ActiveJets)
    distance = active.distance
    slot, least = 1, distance[1]
    @inbounds for k in 2:active.count
        if distance[k] < least
            slot, least = k, distance[k]
        end
    end
    return slot
end

# Free a slot by moving the last one into it.
function vacate!(active::ActiveJets, slot::Int)
    last = active.count
    for column in (active.rapidity, active.azimuth, active.factor,
                   active.neighbour_distance, active.distance)
        column[slot] = column[last]
    end
    active.pseudojet[slot] = active.pseudojet[last]
    active.neighbour[slot] = active.neighbour[last]
    active.count = last - 1
    return active
end

# After `vacate!(active, vacated)`: find new neighbours for the slots that lost theirs
# and follow the neighbour that moved. `changed` is a slot whose content is new, or
# NO_NEIGHBOUR.
function repair_neighbours!(active::ActiveJets, vacated::Int, changed::Int)
    moved = active.count + 1
    for slot in 1:active.count
        neighbour = active.neighbour[slot]
        neighbour == NO_NEIGHBOUR && continue
        if neighbour == vacated || neighbour == changed
            find_neighbour!(active, slot)
        elseif neighbour == moved
            active.neighbour[slot] = vacated
        end
    end
end

# Let every slot consider the new content of `changed`, and the other way round.
function introduce!(active::ActiveJets, changed::Int)
    find_neighbour!(active, changed)
    scratch = active.scratch
    for slot in 1:active.count
        if scratch[slot] < active.neighbour_distance[slot]
            set_neighbour!(active, slot, changed, scratch[slot])
        end
    end
end
