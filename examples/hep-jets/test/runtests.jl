using Test

include("reference.jl")

@testset "hep-jets" begin
    include("portablemath.jl")
    include("events.jl")
    include("clustering.jl")
    include("shapes.jl")
    include("histograms.jl")
    include("analysis.jl")
end
