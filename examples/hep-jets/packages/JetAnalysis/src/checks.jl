# A statement that must hold of every run, whatever the events.
struct Check
    name::String
    passed::Bool
end

const IMBALANCE_LIMIT = 1.0e-9

function run_checks(analysis::Analysis, events::Vector{Event})
    checks = Check[]
    for record in algorithms(analysis)
        name = label(record.definition)
        push!(checks, Check("$name conserves four-momentum", record.imbalance <= IMBALANCE_LIMIT))
        push!(checks, Check("$name puts each particle into one jet", record.misplaced == 0))
        push!(checks, Check("$name counts every event",
                            entries(record.multiplicity) == analysis.events))
    end
    push!(checks, Check("event shapes are within their limits", analysis.shapes.out_of_range == 0))
    push!(checks, Check("anti_kt recovers two partons", recovers_two_partons()))
    push!(checks, Check("the text format keeps events unchanged", keeps_events(events)))
    push!(checks, Check("merged histograms equal one filled at once", merges(analysis)))
    return checks
end

# Two partons with soft particles around them give two jets along the partons.
function recovers_two_partons()
    partons = [FourMomentum(100.0, 0.0, 20.0, sqrt(10400.0)),
               FourMomentum(-100.0, 0.0, -50.0, sqrt(12500.0))]
    definition = JetDefinition(AntiKt(), 0.6)
    bare = inclusive_jets(cluster(partons, definition))
    soft = [FourMomentum(0.3, 0.1, 0.1, sqrt(0.11)), FourMomentum(-0.2, 0.05, -0.1, sqrt(0.0525))]
    dressed = inclusive_jets(cluster(vcat(partons, soft), definition))
    length(bare) == length(dressed) == 2 || return false
    return all(jet -> jet.momentum in partons, bare) &&
           all(parton -> has_jet_along(parton, dressed), partons)
end

const RECOIL_LIMIT = 0.01 # in rapidity and azimuth

has_jet_along(parton::FourMomentum, jets::Vector{Jet}) =
    any(jet -> delta_r2(parton, jet.momentum) < RECOIL_LIMIT * RECOIL_LIMIT, jets)

function keeps_events(events::Vector{Event})
    sample = vcat(events[1:min(end, 5)], generate_events(MultijetModel(), UInt64(1), 2))
    text = IOBuffer()
    write_events(text, sample)
    return read_events(seekstart(text), "sample") == sample
end

function merges(analysis::Analysis)
    whole = analysis.anti_kt.multiplicity
    twice = merge(whole, whole)
    return entries(twice) == 2entries(whole) && total_weight(twice) == 2total_weight(whole)
end
