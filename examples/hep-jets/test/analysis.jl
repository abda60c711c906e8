using JetAnalysis
using JetEvents

const EVENTS_FILE = joinpath(@__DIR__, "..", "events", "dijets.txt")

# Exit code, lines of output and error text of a run.
function run_main(args...)
    out, err = IOBuffer(), IOBuffer()
    code = JetAnalysis.main(collect(String, args), EVENTS_FILE, out, err)
    return code, split(String(take!(out)), '\n'; keepempty = false), String(take!(err))
end

function fails_with(message, args...)
    code, lines, err = run_main(args...)
    return code == 2 && isempty(lines) && occursin(message, err)
end

@testset "the analysis of the stored events" begin
    code, lines, err = run_main()
    @test isempty(err)
    @test code == 0
    @test startswith(lines[end - 2], "result events=100.0 kt_leading_pt=")
    @test occursin(r"^checksum [0-9a-f]{16}$", lines[end - 1])
    @test lines[end] == "ok"
    @test run_main()[2] == lines
    @test run_main(EVENTS_FILE)[2] == lines
    # The same on every CPU and Julia version; see the README.
    @test lines[end - 1] == "checksum 96fa15a973d41530"
end

@testset "the stored events are the generated ones" begin
    @test read_events(EVENTS_FILE) == generate_events(MultijetModel(), UInt64(20200714), 100)
    @test run_main("--generate", "--seed", "20200714")[2] == run_main()[2]
end

@testset "options" begin
    @test startswith(run_main("--events", "3")[2][end - 2], "result events=3.0 ")
    @test fails_with("--events needs a value", "--events")
    @test fails_with("--events needs a positive number", "--events", "0")
    @test fails_with("--seed needs a whole number, not \"x\"", "--generate", "--seed", "x")
    @test fails_with("unknown option --evnts", "--evnts", "3")
    @test fails_with("more than one event file: a.txt, b.txt", "a.txt", "b.txt")
    @test fails_with("--generate reads no event file", "--generate", "events.txt")
    @test fails_with("no such file", "no such file")
    @test fails_with("$(@__FILE__):1: expected \"jetevents 1\"", @__FILE__)
end

@testset "a failed check fails the run" begin
    events = read_events(EVENTS_FILE; limit = 2)
    result = analyse(events)
    @test all(check -> check.passed, JetAnalysis.run_checks(result, events))
    result.kt.misplaced = 1
    failed = filter(check -> !check.passed, JetAnalysis.run_checks(result, events))
    @test [check.name for check in failed] == ["kt puts each particle into one jet"]
end
