"""
    JetHistograms

Weighted histograms in one and two dimensions with fixed bins: filling, merging,
moments, a rendering for terminals and a digest.
"""
module JetHistograms

using Printf: @sprintf
import Statistics
using Statistics: mean, quantile, std, var

export Axis, UniformAxis, VariableAxis, binindex, bincount, edge
export Histogram, Histogram2D, bincontent, binerror, entries, total_weight
export effective_entries, mean, quantile, std, var
export render
export Digest, absorb, hexdigest

include("axis.jl")
include("histogram.jl")
include("histogram2d.jl")
include("moments.jl")
include("render.jl")
include("digest.jl")

end
