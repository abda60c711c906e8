"""
    Analysis

Everything [`analyse`](@ref) measured.
"""
struct Analysis
    events::Int
    kt::AlgorithmRecord{JetDefinition{Kt,EScheme}}
    cambridge_aachen::AlgorithmRecord{JetDefinition{CambridgeAachen,EScheme}}
    anti_kt::AlgorithmRecord{JetDefinition{AntiKt,EScheme}}
    substructure::SubstructureRecord
    shapes::ShapeRecord
end

"""
    analyse(events, selection = Selection()) -> Analysis

Cluster every event with each algorithm and fill the histograms.
"""
function analyse(events::Vector{Event}, selection::Selection = Selection())
    analysis = Analysis(length(events),
                        AlgorithmRecord(JetDefinition(Kt(), selection.radius)),
                        AlgorithmRecord(JetDefinition(CambridgeAachen(), selection.radius)),
                        AlgorithmRecord(JetDefinition(AntiKt(), selection.radius)),
                        SubstructureRecord(), ShapeRecord())
    for event in events
        particles = momenta(event.particles)
        observe!(analysis.kt, particles, event.weight, selection)
        observe!(analysis.cambridge_aachen, particles, event.weight, selection)
        observe!(analysis.anti_kt, particles, event.weight, selection)
        observe!(analysis.substructure, particles, event.weight, selection)
        observe!(analysis.shapes, particles, event.weight)
    end
    return analysis
end

algorithms(analysis::Analysis) = (analysis.kt, analysis.cambridge_aachen, analysis.anti_kt)

"""
    quantities(analysis) -> Vector{Pair{String,Float64}}

The named results, in a fixed order: means over the events, momenta and masses in GeV.
"""
function quantities(analysis::Analysis)
    list = Pair{String,Float64}["events" => Float64(analysis.events)]
    for record in algorithms(analysis)
        append_quantities!(list, record)
    end
    append_quantities!(list, analysis.substructure)
    append_quantities!(list, analysis.shapes)
    return list
end

"""
    checksum(analysis) -> String

Digest of every histogram, as 16 hexadecimal digits.
"""
function checksum(analysis::Analysis)
    state = absorb(Digest(), analysis.events)
    for record in algorithms(analysis)
        state = digest(state, record)
    end
    return hexdigest(digest(digest(state, analysis.substructure), analysis.shapes))
end
