"""
    JetEvents

Four-momenta, a toy generator of QCD-like multijet events, and a reader and writer
for the text format that stores them. Momenta, masses and energies are in GeV with
c = 1.
"""
module JetEvents

import PortableMath

export FourMomentum, azimuth, delta_r2, mass, mass2, momentum2, pt, pt2, rapidity, total
export Particle, Event, momenta
export SplitMix64, exponential!, geometric!, uniform!
export MultijetModel, generate_event, generate_events
export EventFormatError, read_events, write_events

include("fourmomentum.jl")
include("event.jl")
include("splitmix.jl")
include("multijet.jl")
include("textformat.jl")

end
