"""
    JetShapes

Observables of jets and events: groomed jets and the primary Lund plane,
N-subjettiness, angularities, energy correlation functions, transverse thrust and the
sphericity tensor.
"""
module JetShapes

import PortableMath
using JetClustering
using JetEvents

export Splitting, primary_splittings, soft_drop, trim
export angularity, energy_correlation, momentum_dispersion, subjettiness
export EigenShapes, c_parameter, d_parameter, linear_tensor, sphericity, aplanarity
export transverse_thrust

include("declustering.jl")
include("grooming.jl")
include("radiation.jl")
include("symmetric3.jl")
include("tensor.jl")
include("thrust.jl")

end
