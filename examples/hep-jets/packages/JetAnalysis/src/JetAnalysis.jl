"""
    JetAnalysis

A jet analysis from event file to result table: the leading jets under three
algorithms, the substructure of the hardest anti-kt jet, and event shapes. The entry
point is [`JetAnalysis.main`](@ref).
"""
module JetAnalysis

import PortableMath
using JetClustering
using JetEvents
using JetHistograms
using JetShapes
using Printf: @sprintf

export Analysis, Selection, analyse, quantities

include("options.jl")
include("selection.jl")
include("algorithmrecord.jl")
include("substructurerecord.jl")
include("shaperecord.jl")
include("analysis.jl")
include("checks.jl")
include("report.jl")
include("main.jl")

end
