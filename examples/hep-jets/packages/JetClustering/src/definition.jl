"""
    GeneralisedKt{P}()

The family of algorithms with the distances

```math
d_{ij} = \\min(p_{Ti}^{2P}, p_{Tj}^{2P}) \\frac{Δy_{ij}^2 + Δφ_{ij}^2}{R^2},
\\qquad d_{iB} = p_{Ti}^{2P}
```

for P = 1 ([`Kt`](@ref)), 0 ([`CambridgeAachen`](@ref)) and -1 ([`AntiKt`](@ref)).
"""
struct GeneralisedKt{P}
    function GeneralisedKt{P}() where {P}
        P in (-1, 0, 1) || throw(ArgumentError("the power must be -1, 0 or 1, not $P"))
        return new{P}()
    end
end

"The kt algorithm: softest first."
const Kt = GeneralisedKt{1}

"The Cambridge/Aachen algorithm: nearest in angle first."
const CambridgeAachen = GeneralisedKt{0}

"The anti-kt algorithm: hardest first, which gives circular jets."
const AntiKt = GeneralisedKt{-1}

# The factor pT^(2P) of the distances, held finite for a momentum along the beam.
momentum_factor(::Kt, squared_pt::Float64) = squared_pt
momentum_factor(::CambridgeAachen, ::Float64) = 1.0
momentum_factor(::AntiKt, squared_pt::Float64) = squared_pt > 1.0e-300 ? 1 / squared_pt : 1.0e300

"""
    label(algorithm) -> String

Name of the algorithm as identifiers spell it.
"""
label(::Kt) = "kt"
label(::CambridgeAachen) = "cambridge_aachen"
label(::AntiKt) = "anti_kt"

"""
    UNBOUNDED_RADIUS

A radius beyond every distance between particles that are not along the beam: the
whole input becomes one jet.
"""
const UNBOUNDED_RADIUS = 1000.0

"""
    JetDefinition(algorithm, radius, scheme = EScheme())

What a jet is: the algorithm, its radius in the rapidity-azimuth plane and the
recombination scheme.
"""
struct JetDefinition{A<:GeneralisedKt,S<:RecombinationScheme}
    algorithm::A
    radius::Float64
    scheme::S

    function JetDefinition(algorithm::A, radius::Real,
                           scheme::S = EScheme()) where {A<:GeneralisedKt,S<:RecombinationScheme}
        radius > 0 || throw(ArgumentError("the jet radius must be positive, not $radius"))
        return new{A,S}(algorithm, radius, scheme)
    end
end

label(definition::JetDefinition) = label(definition.algorithm)
