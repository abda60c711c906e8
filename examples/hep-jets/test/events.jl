using JetEvents

read_text(text; keywords...) = read_events(IOBuffer(text), "test.txt"; keywords...)

function format_error(text)
    try
        read_text(text)
    catch e
        return sprint(showerror, e)
    end
    return "no error"
end

@testset "four-momenta" begin
    p = FourMomentum(3.0, 4.0, 12.0, 14.0)
    @test pt(p) == 5.0
    @test mass(p) ≈ sqrt(196.0 - 169.0)
    @test rapidity(p) ≈ 0.5 * log(26 / 2)
    @test azimuth(p) ≈ atan(4, 3)
    @test azimuth(FourMomentum(1.0, -1.0e-30, 0.0, 1.0)) == 0.0
    @test azimuth(FourMomentum(1.0, -1.0, 0.0, 2.0)) ≈ 7π / 4
    @test rapidity(FourMomentum(0.0, 0.0, -5.0, 5.0)) < -1.0e5
    @test p - p == zero(FourMomentum)
    below = FourMomentum(cos(0.1), -sin(0.1), 0.0, 1.0)
    above = FourMomentum(cos(0.1), sin(0.1), 0.0, 1.0)
    @test delta_r2(below, above) ≈ 0.04 # across the cut of the azimuth
end

@testset "SplitMix64 gives its published sequence" begin
    rng = SplitMix64(UInt64(1234567))
    @test [JetEvents.next!(rng) for _ in 1:5] ==
          UInt64[6457827717110365317, 3203168211198807973, 9817491932198370423,
                 4593380528125082431, 16408922859458223821]
    @test all(0 < uniform!(rng) < 1 for _ in 1:1000)
    @test 2.8 < sum(exponential!(rng, 3.0) for _ in 1:10_000) / 10_000 < 3.2
    @test 2.8 < sum(geometric!(rng, 3.0) for _ in 1:10_000) / 10_000 < 3.2
end

@testset "generated events" begin
    model = MultijetModel()
    events = generate_events(model, UInt64(1), 20)
    @test events == generate_events(model, UInt64(1), 20)
    @test events[7] == generate_event(model, UInt64(1), 7)
    @test events != generate_events(model, UInt64(2), 20)
    for event in events
        recoil = total(momenta(event.partons))
        @test abs(recoil.px) < 0.01 && abs(recoil.py) < 0.01
        @test pt(FourMomentum(event.partons[1])) > model.ptmin - 0.01
        @test all(p -> pt(FourMomentum(p)) > 0, event.particles)
    end
    hard = generate_event(MultijetModel(underlying_multiplicity = 0.0), UInt64(3), 1)
    shower = total(momenta(hard.particles))
    initial = total(momenta(hard.partons))
    for component in (:px, :py, :pz) # up to the rounding of each hadron to 1 MeV
        @test getfield(shower, component) ≈ getfield(initial, component) atol = 0.05
    end
end

@testset "the text format" begin
    events = generate_events(MultijetModel(), UInt64(5), 3)
    text = sprint(io -> write_events(io, events; comment = "two\nlines"))
    @test startswith(text, "jetevents 1\n# two\n# lines\nE 1 1.0 ")
    @test read_text(text) == events
    @test read_text(text; limit = 2) == events[1:2]
    @test read_text("# empty\n\njetevents 1\n") == Event[]
    mktempdir() do folder
        path = joinpath(folder, "events.txt")
        write_events(path, events)
        @test read_events(path) == events
    end
end

@testset "errors of the reader name file and line" begin
    @test format_error("") == "test.txt:0: expected \"jetevents 1\""
    @test format_error("jetevents 2\n") == "test.txt:1: expected \"jetevents 1\""
    @test format_error("jetevents 1\n\nX 1\n") ==
          "test.txt:3: expected a record \"E\", found \"X\""
    @test format_error("jetevents 1\nE 1 1.0 0\n") ==
          "test.txt:2: a record \"E\" has 5 fields, found 4"
    @test format_error("jetevents 1\nE 1 one 0 0\n") ==
          "test.txt:2: the weight is not a number: \"one\""
    @test format_error("jetevents 1\nE 1 1.0 -1 0\n") ==
          "test.txt:2: the parton count is negative: -1"
    @test format_error("jetevents 1\nE 1 1.0 0 1\nP 22 1 2 Inf 0\n") ==
          "test.txt:3: the pz is not finite: \"Inf\""
    @test format_error("jetevents 1\nE 1 1.0 1 0\nP 22 1 2 3 0\n") ==
          "test.txt:3: expected a record \"H\", found \"P\""
    @test format_error("jetevents 1\nE 1 1.0 0 2\nP 22 1 2 3 0\n") ==
          "test.txt:3: the file ends where a record \"P\" should follow"
end
