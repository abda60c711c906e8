using JetEvents
using JetShapes

massless(px, py, pz) = FourMomentum(px, py, pz, sqrt(px^2 + py^2 + pz^2))

const BACK_TO_BACK = [massless(10.0, 0.0, 0.0), massless(-10.0, 0.0, 0.0)]
const OCTAHEDRON = [massless(s * a, s * b, s * c)
                    for s in (1.0, -1.0) for (a, b, c) in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
const PRONGS = [massless(100.0, 0.0, 0.0), massless(60cos(0.4), 60sin(0.4), 0.0),
                massless(1.0cos(0.1), 1.0sin(0.1), 0.0)]

@testset "event shapes of known configurations" begin
    @test transverse_thrust(BACK_TO_BACK) ≈ 1
    ring = [massless(cospi(k / 500), sinpi(k / 500), 0.0) for k in 0:999]
    @test transverse_thrust(ring) ≈ 2 / π rtol = 1.0e-5
    mercedes = [massless(cospi(2k / 3), sinpi(2k / 3), 0.0) for k in 0:2]
    @test transverse_thrust(mercedes) ≈ 2 / 3
    @test sphericity(BACK_TO_BACK) ≈ 0 atol = 1.0e-14
    @test sphericity(OCTAHEDRON) ≈ 1
    @test aplanarity(OCTAHEDRON) ≈ 1 / 2
    @test aplanarity(mercedes) ≈ 0 atol = 1.0e-14
    @test c_parameter(linear_tensor(OCTAHEDRON)) ≈ 1
    @test d_parameter(linear_tensor(OCTAHEDRON)) ≈ 1
    @test c_parameter(linear_tensor(mercedes)) ≈ 3 / 4
    @test_throws ArgumentError transverse_thrust(FourMomentum[])
    @test_throws ArgumentError sphericity([zero(FourMomentum)])
end

@testset "thrust is the maximum over directions" begin
    for event in generate_events(MultijetModel(), UInt64(17), 5)
        particles = momenta(event.particles)
        projection(angle) = sum(abs(p.px * cos(angle) + p.py * sin(angle)) for p in particles)
        scanned = maximum(projection, range(0, π; length = 2000)) / sum(pt, particles)
        @test scanned <= transverse_thrust(particles) + 1.0e-12
        @test scanned ≈ transverse_thrust(particles) rtol = 1.0e-4
    end
end

@testset "eigenvalues solve the characteristic equation" begin
    m = JetShapes.Symmetric3(2.0, -1.0, 0.5, 0.3, -0.7, 1.1)
    values = JetShapes.eigenvalues(m)
    @test issorted(values; rev = true)
    @test sum(values) ≈ 1.5
    for λ in values
        a, b, c = m.xx - λ, m.yy - λ, m.zz - λ
        determinant = a * (b * c - m.yz^2) - m.xy * (m.xy * c - m.yz * m.xz) +
                      m.xz * (m.xy * m.yz - b * m.xz)
        @test determinant ≈ 0 atol = 1.0e-13
    end
end

@testset "substructure of a two-prong jet" begin
    splittings = primary_splittings(PRONGS)
    @test length(splittings) == 2
    @test splittings[1].delta_r ≈ 0.4 rtol = 0.01
    @test splittings[1].z ≈ 60 / 161 rtol = 0.01
    groomed = soft_drop(splittings, 1.0)
    @test groomed === splittings[1]
    @test mass(groomed.parent) ≈ mass(total(PRONGS))
    @test soft_drop(splittings, 1.0; zcut = 0.45) === nothing
    @test soft_drop(splittings, 0.4; zcut = 0.3, beta = 2.0) === splittings[1]
    @test isempty(primary_splittings(FourMomentum[]))

    @test subjettiness(PRONGS, 1, 1.0) > 10subjettiness(PRONGS, 2, 1.0) > 0
    @test subjettiness(PRONGS, 3, 1.0) == 0
    @test subjettiness(PRONGS, 1, 1.0; beta = 2.0) ≈ (60 * 0.4^2 + 0.1^2) / 161
    @test angularity(PRONGS[1:1], 1.0) == 0
    @test momentum_dispersion(BACK_TO_BACK) ≈ sqrt(0.5)

    one, two, three = energy_correlation(PRONGS)
    @test one ≈ 161
    @test two ≈ 100 * 60 * 0.4 + 100 * 0.1 + 60 * 0.3
    @test three ≈ 100 * 60 * 0.4 * 0.1 * 0.3
    _, two_squared, _ = energy_correlation(PRONGS; beta = 1.5)
    @test two_squared ≈ 100 * 60 * 0.4^1.5 + 100 * 0.1^1.5 + 60 * 0.3^1.5

    stray = massless(0.5cos(0.9), 0.5sin(0.9), 0.0)
    @test trim(vcat(PRONGS, stray)).energy ≈ total(PRONGS).energy
end
