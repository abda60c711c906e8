# Substructure of the hardest anti-kt jet of each event.
struct SubstructureRecord
    mass::Histogram{UniformAxis}
    groomed_mass::Histogram{UniformAxis}
    trimmed_mass::Histogram{UniformAxis}
    groomed_share::Histogram{UniformAxis}    # z of the soft-drop splitting
    groomed_distance::Histogram{UniformAxis} # ΔR of the soft-drop splitting
    tau21::Histogram{UniformAxis}
    tau32::Histogram{UniformAxis}
    girth::Histogram{UniformAxis}
    dispersion::Histogram{UniformAxis}
    c2::Histogram{UniformAxis}
    subjets::Histogram{UniformAxis}          # exclusive kt subjets at SUBJET_DCUT
    lund::Histogram2D{UniformAxis,UniformAxis}
end

# GeV²: subjets are resolved at a relative transverse momentum of 3 GeV.
const SUBJET_DCUT = 9.0

SubstructureRecord() =
    SubstructureRecord(Histogram(UniformAxis(0, 60, 12)), Histogram(UniformAxis(0, 60, 12)),
                       Histogram(UniformAxis(0, 60, 12)), Histogram(UniformAxis(0, 0.5, 10)),
                       Histogram(UniformAxis(0, 1, 10)), Histogram(UniformAxis(0, 1, 10)),
                       Histogram(UniformAxis(0, 1, 10)), Histogram(UniformAxis(0, 1, 10)),
                       Histogram(UniformAxis(0, 1, 10)), Histogram(UniformAxis(0, 0.5, 10)),
                       Histogram(UniformAxis(-0.5, 9.5, 10)),
                       Histogram2D(UniformAxis(0, 6, 24), UniformAxis(-3, 4, 14)))

function observe!(record::SubstructureRecord, particles::Vector{FourMomentum}, weight::Float64,
                  selection::Selection)
    radius = selection.fat_radius
    sequence = cluster(particles, JetDefinition(AntiKt(), radius))
    jets = inclusive_jets(sequence, selection.ptmin)
    isempty(jets) && return record
    parts = particles[constituents(sequence, jets[1])]

    push!(record.mass, mass(jets[1]), weight)
    push!(record.trimmed_mass, mass(trim(parts)), weight)
    observe_splittings!(record, primary_splittings(parts), weight, radius)
    observe_radiation!(record, parts, weight, radius)
    subjets = cluster(parts, JetDefinition(Kt(), UNBOUNDED_RADIUS))
    # Distances carry 1/R², and the radius here stands for "all one jet".
    cut = SUBJET_DCUT / (UNBOUNDED_RADIUS * UNBOUNDED_RADIUS)
    push!(record.subjets, Float64(length(exclusive_jets(subjets, cut))), weight)
    return record
end

function observe_splittings!(record::SubstructureRecord, splittings::Vector{Splitting},
                             weight::Float64, radius::Float64)
    for splitting in splittings
        splitting.kt > 0 || continue
        push!(record.lund, PortableMath.log(radius / splitting.delta_r),
              PortableMath.log(splitting.kt), weight)
    end
    groomed = soft_drop(splittings, radius)
    groomed === nothing && return record
    push!(record.groomed_mass, mass(groomed.parent), weight)
    push!(record.groomed_share, groomed.z, weight)
    push!(record.groomed_distance, groomed.delta_r, weight)
    return record
end

function observe_radiation!(record::SubstructureRecord, parts::Vector{FourMomentum},
                            weight::Float64, radius::Float64)
    tau1 = subjettiness(parts, 1, radius)
    tau2 = subjettiness(parts, 2, radius)
    tau3 = subjettiness(parts, 3, radius)
    tau1 > 0 && push!(record.tau21, tau2 / tau1, weight)
    tau2 > 0 && push!(record.tau32, tau3 / tau2, weight)
    push!(record.girth, angularity(parts, radius), weight)
    push!(record.dispersion, momentum_dispersion(parts), weight)
    e1, e2, e3 = energy_correlation(parts)
    e2 > 0 && push!(record.c2, e3 * e1 / (e2 * e2), weight)
    return record
end

function digest(state::Digest, record::SubstructureRecord)
    for h in (record.mass, record.groomed_mass, record.trimmed_mass, record.groomed_share,
              record.groomed_distance, record.tau21, record.tau32, record.girth,
              record.dispersion, record.c2, record.subjets)
        state = absorb(state, h)
    end
    return absorb(state, record.lund)
end

function append_quantities!(list::Vector{Pair{String,Float64}}, record::SubstructureRecord)
    push!(list, "jet_mass" => mean(record.mass))
    push!(list, "groomed_mass" => mean(record.groomed_mass))
    push!(list, "trimmed_mass" => mean(record.trimmed_mass))
    push!(list, "groomed_share" => mean(record.groomed_share))
    push!(list, "tau21" => mean(record.tau21))
    push!(list, "tau32" => mean(record.tau32))
    push!(list, "girth" => mean(record.girth))
    push!(list, "dispersion" => mean(record.dispersion))
    push!(list, "c2" => mean(record.c2))
    push!(list, "subjets" => mean(record.subjets))
end
