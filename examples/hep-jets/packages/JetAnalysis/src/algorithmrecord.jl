# What one algorithm finds: spectra of its jets, and how well it conserves what it was
# given.
mutable struct AlgorithmRecord{D<:JetDefinition}
    definition::D
    leading_pt::Histogram{VariableAxis}
    dijet_mass::Histogram{VariableAxis}
    multiplicity::Histogram{UniformAxis}
    imbalance::Float64 # largest |Σ jets - Σ particles| / Σ E of an event
    misplaced::Int     # particles not in exactly one jet
end

const PT_EDGES = Float64[20, 40, 60, 70, 80, 90, 100, 120, 150, 200, 300]
const MASS_EDGES = Float64[40, 80, 120, 160, 200, 250, 300, 400, 600, 1000]

AlgorithmRecord(definition::JetDefinition) =
    AlgorithmRecord(definition, Histogram(VariableAxis(PT_EDGES)),
                    Histogram(VariableAxis(MASS_EDGES)), Histogram(UniformAxis(-0.5, 9.5, 10)),
                    0.0, 0)

function observe!(record::AlgorithmRecord, particles::Vector{FourMomentum}, weight::Float64,
                  selection::Selection)
    sequence = cluster(particles, record.definition)
    all_jets = inclusive_jets(sequence)
    record.imbalance = max(record.imbalance, imbalance(all_jets, particles))
    record.misplaced += misplaced(sequence, all_jets)

    jets = filter(jet -> pt(jet) >= selection.ptmin, all_jets)
    push!(record.multiplicity, Float64(length(jets)), weight)
    isempty(jets) || push!(record.leading_pt, pt(jets[1]), weight)
    if length(jets) >= 2
        push!(record.dijet_mass, mass(jets[1].momentum + jets[2].momentum), weight)
    end
    return record
end

function imbalance(jets::Vector{Jet}, particles::Vector{FourMomentum})
    expected = total(particles)
    missing_momentum = total(FourMomentum[jet.momentum for jet in jets]) - expected
    largest = max(abs(missing_momentum.px), abs(missing_momentum.py),
                  abs(missing_momentum.pz), abs(missing_momentum.energy))
    return iszero(expected.energy) ? largest : largest / expected.energy
end

function misplaced(sequence::ClusterSequence, jets::Vector{Jet})
    uses = zeros(Int, sequence.inputs)
    for jet in jets, input in constituents(sequence, jet)
        uses[input] += 1
    end
    return count(!=(1), uses)
end

function digest(state::Digest, record::AlgorithmRecord)
    state = absorb(absorb(state, record.leading_pt), record.dijet_mass)
    return absorb(state, record.multiplicity)
end

function append_quantities!(list::Vector{Pair{String,Float64}}, record::AlgorithmRecord)
    name = label(record.definition)
    push!(list, name * "_leading_pt" => mean(record.leading_pt))
    push!(list, name * "_dijet_mass" => mean(record.dijet_mass))
    push!(list, name * "_jets" => mean(record.multiplicity))
end
