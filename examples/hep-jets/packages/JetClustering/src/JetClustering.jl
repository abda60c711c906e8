"""
    JetClustering

Sequential recombination jet algorithms for hadron colliders: kt, Cambridge/Aachen
and anti-kt, with the plain N² nearest-neighbour method of FastJet.

- S. Catani, Yu. Dokshitzer, M. Seymour, B. Webber, Nucl. Phys. B 406 (1993) 187;
  S. Ellis, D. Soper, hep-ph/9305266 (kt)
- Yu. Dokshitzer, G. Leder, S. Moretti, B. Webber, hep-ph/9707323 (Cambridge/Aachen)
- M. Cacciari, G. Salam, G. Soyez, arXiv:0802.1189 (anti-kt)
- M. Cacciari, G. Salam, hep-ph/0512210; with G. Soyez, arXiv:1111.6097 (FastJet)
"""
module JetClustering

using JetEvents

export GeneralisedKt, Kt, CambridgeAachen, AntiKt, JetDefinition, label, UNBOUNDED_RADIUS
export EScheme, WinnerTakeAll
export ClusterSequence, Jet, cluster
export constituents, exclusive_jets, inclusive_jets, parents

include("recombination.jl")
include("definition.jl")
include("sequence.jl")
include("activejets.jl")
include("cluster.jl")
include("selection.jl")

end
