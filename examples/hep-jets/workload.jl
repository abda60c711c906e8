# A short run of everything analysis.jl can do, for recording which methods it compiles.
# It defines no function of its own, as an image could not precompile that.
using JetAnalysis

const EVENTS = joinpath(@__DIR__, "events", "dijets.txt")

for args in (["--events", "10"], [EVENTS, "--events", "2"], ["--generate", "--events", "2"])
    code = JetAnalysis.main(args, EVENTS, devnull, stderr)
    code == 0 || exit(code)
end
