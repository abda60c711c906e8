using JetClustering
using JetEvents

const SAMPLE = [momenta(e.particles) for e in generate_events(MultijetModel(), UInt64(11), 12)]

rotated(p, angle) = FourMomentum(cos(angle) * p.px - sin(angle) * p.py,
                                 sin(angle) * p.px + cos(angle) * p.py, p.pz, p.energy)

boosted(p, y) = FourMomentum(p.px, p.py, cosh(y) * p.pz + sinh(y) * p.energy,
                             cosh(y) * p.energy + sinh(y) * p.pz)

jet_members(sequence) = [constituents(sequence, jet) for jet in inclusive_jets(sequence, 1.0)]

is_jet(step) = step.second == JetClustering.BEAM

# The inputs that a step merged or that became a jet.
function members(sequence, step)
    inputs(index) = constituents(sequence, Jet(sequence.momenta[index], index))
    return is_jet(step) ? inputs(step.first) : sort(vcat(inputs(step.first), inputs(step.second)))
end

const ALGORITHMS = (Kt(), CambridgeAachen(), AntiKt())
const DEFINITIONS = [JetDefinition(algorithm, radius, scheme)
                     for algorithm in ALGORITHMS, radius in (0.4, 1.0),
                         scheme in (EScheme(), WinnerTakeAll())]

@testset "N² clustering follows the definition: $definition" for definition in DEFINITIONS
    for particles in SAMPLE
        sequence = cluster(particles, definition)
        expected = Reference.steps(particles, definition)
        mergers = [members(sequence, s) for s in sequence.steps if !is_jet(s)]
        @test mergers == [s.members for s in expected if !s.is_jet]
        # Under Cambridge/Aachen all jets have the same distance and so no order.
        jets = Set(members(sequence, s) for s in sequence.steps if is_jet(s))
        @test jets == Set(s.members for s in expected if s.is_jet)
        @test [s.distance for s in sequence.steps] ≈ [s.distance for s in expected] rtol = 1.0e-10
    end
end

@testset "invariances of $(label(algorithm))" for algorithm in ALGORITHMS
    definition = JetDefinition(algorithm, 0.6)
    for particles in SAMPLE
        expected = jet_members(cluster(particles, definition))
        @test jet_members(cluster([rotated(p, 1.0) for p in particles], definition)) == expected
        @test jet_members(cluster([boosted(p, 0.7) for p in particles], definition)) == expected
        backwards = jet_members(cluster(reverse(particles), definition))
        @test [sort(length(particles) + 1 .- jet) for jet in backwards] == expected
        # Infinitely soft particles do not change the hard jets, nor does a collinear split.
        soft = FourMomentum(1.0e-12, 0.0, 0.0, 1.0e-12)
        @test length(jet_members(cluster(vcat(particles, soft), definition))) == length(expected)
        half = FourMomentum((getfield(particles[1], k) / 2 for k in 1:4)...)
        split = inclusive_jets(cluster(vcat(half, half, particles[2:end]), definition), 1.0)
        @test [pt(jet) for jet in split] ≈
              [pt(jet) for jet in inclusive_jets(cluster(particles, definition), 1.0)]
    end
end

@testset "a sequence and its jets" begin
    particles = SAMPLE[1]
    sequence = cluster(particles, JetDefinition(Kt(), 0.6))
    @test length(sequence.steps) == length(particles)
    @test issorted([pt(jet) for jet in inclusive_jets(sequence)]; rev = true)
    all_jets = total([jet.momentum for jet in inclusive_jets(sequence)])
    @test all_jets.energy ≈ total(particles).energy
    for count in (0, 1, 2, 3, length(particles))
        jets = exclusive_jets(sequence, count)
        @test length(jets) == count
        @test allunique(vcat(Int[], (constituents(sequence, jet) for jet in jets)...))
    end
    counts = [length(exclusive_jets(sequence, dcut)) for dcut in (0.0, 1.0, 25.0, 400.0, 1.0e9)]
    @test counts[1] == length(particles) && counts[end] == 0
    @test issorted(counts; rev = true)
    leading = inclusive_jets(sequence)[1]
    harder, softer = parents(sequence, leading)
    @test pt(harder) >= pt(softer)
    @test harder.momentum + softer.momentum == leading.momentum ||
          softer.momentum + harder.momentum == leading.momentum
    @test parents(sequence, Jet(particles[1], 1)) === nothing
end

@testset "limits of the input" begin
    @test isempty(inclusive_jets(cluster(FourMomentum[], JetDefinition(AntiKt(), 0.4))))
    single = [FourMomentum(1.0, 2.0, 3.0, 4.0)]
    definition = JetDefinition(AntiKt(), 0.4)
    @test [jet.momentum for jet in inclusive_jets(cluster(single, definition))] == single
    beam = [FourMomentum(0.0, 0.0, z, abs(z)) for z in (5.0, -5.0, 6.0)]
    @test length(inclusive_jets(cluster(beam, definition))) == 3
    @test_throws ArgumentError GeneralisedKt{2}()
    @test_throws ArgumentError JetDefinition(Kt(), 0.0)
    @test_throws ArgumentError exclusive_jets(cluster(single, definition), 1)
    @test_throws ArgumentError exclusive_jets(cluster(single, JetDefinition(Kt(), 0.4)), 2)
end
