using JetAnalysis

exit(JetAnalysis.main(ARGS, joinpath(@__DIR__, "events", "dijets.txt"), stdout, stderr))
