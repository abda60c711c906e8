"""
    MultijetModel(; keywords...)

Parameters of the toy event generator. A pair of partons, now and then with a third,
balances in the transverse plane; each parton showers by collinear splittings ordered
in angle, and the fragments become hadrons on top of a soft underlying event. The
model has the soft and collinear structure of QCD and is fit for no other comparison
with data.

Keywords, momenta in GeV:
- `ptmin`: least transverse momentum of the leading parton; the spectrum falls as ``p_T^{-5}``
- `ymax`: partons lie within this absolute rapidity
- `third_parton`: probability of a third hard parton
- `splitting_rate`: mean number of splittings per unit of ``\\ln(1/ΔR)`` and branch
- `radius`: largest splitting distance ``ΔR``
- `zmin`: least momentum fraction of the softer branch
- `ktmin`: a splitting below this relative transverse momentum ends the shower
- `underlying_multiplicity`, `underlying_pt`: means for the underlying event
- `underlying_ymax`: its extent in rapidity
"""
Base.@kwdef struct MultijetModel
    ptmin::Float64 = 60.0
    ymax::Float64 = 1.5
    third_parton::Float64 = 0.3
    splitting_rate::Float64 = 2.2
    radius::Float64 = 0.8
    zmin::Float64 = 0.02
    ktmin::Float64 = 0.3
    underlying_multiplicity::Float64 = 14.0
    underlying_pt::Float64 = 0.7
    underlying_ymax::Float64 = 3.0
end

"""
    generate_events(model, seed, count) -> Vector{Event}

Events 1 to `count`. Each has its own random stream, so event k is the same whatever
the count.
"""
generate_events(model::MultijetModel, seed::UInt64, count::Int) =
    Event[generate_event(model, seed, number) for number in 1:count]

"""
    generate_event(model, seed, number) -> Event

The event with this number, of unit weight.
"""
function generate_event(model::MultijetModel, seed::UInt64, number::Int)
    rng = SplitMix64(seed, number)
    partons = hard_partons!(rng, model)
    particles = Particle[]
    for parton in partons
        shower!(particles, rng, model, (parton.px, parton.py, parton.pz), model.radius)
    end
    underlying_event!(particles, rng, model)
    return Event(number, 1.0, partons, particles)
end

const ThreeVector = NTuple{3,Float64}

const GLUON = 21

# Hadron species with their masses in GeV and cumulative probabilities.
const SPECIES = (
    (id = 211, mass = 0.13957, upto = 0.35),
    (id = -211, mass = 0.13957, upto = 0.70),
    (id = 22, mass = 0.0, upto = 0.82),
    (id = 321, mass = 0.49368, upto = 0.88),
    (id = -321, mass = 0.49368, upto = 0.94),
    (id = 2212, mass = 0.93827, upto = 0.97),
    (id = -2212, mass = 0.93827, upto = 1.0),
)

function hard_partons!(rng::SplitMix64, model::MultijetModel)
    # Inverse of the cumulative distribution of pT⁻⁵.
    leading = model.ptmin / sqrt(sqrt(uniform!(rng)))
    cosine, sine = unit_circle!(rng)
    px, py = leading * cosine, leading * sine
    partons = Particle[parton!(rng, model, px, py)]
    if uniform!(rng) < model.third_parton
        emitted = leading * uniform!(rng, 0.2, 0.6)
        cosine, sine = unit_circle!(rng)
        emitted_px, emitted_py = emitted * cosine, emitted * sine
        push!(partons, parton!(rng, model, emitted_px, emitted_py))
        px += emitted_px
        py += emitted_py
    end
    push!(partons, parton!(rng, model, -px, -py))
    return partons
end

parton!(rng::SplitMix64, model::MultijetModel, px::Float64, py::Float64) =
    on_grid(GLUON, at_rapidity(px, py, 0.0, uniform!(rng, -model.ymax, model.ymax)), 0.0)

function at_rapidity(px::Float64, py::Float64, mass::Float64, y::Float64)
    growth = PortableMath.exp(y)
    transverse_mass = sqrt(px * px + py * py + mass * mass)
    return (px, py, transverse_mass * (growth - 1 / growth) / 2)
end

# Momenta are kept to 1 MeV, which keeps the text format short.
on_grid(id::Int, p::ThreeVector, mass::Float64) =
    Particle(id, to_grid(p[1]), to_grid(p[2]), to_grid(p[3]), mass)

to_grid(x::Float64) = round(1000x) / 1000

"""
    shower!(particles, rng, model, p, angle)

Split the three-momentum `p` until the relative transverse momentum falls below
`model.ktmin`, and append the fragments as hadrons. The next splitting angle is drawn
below `angle` with density ∝ 1/ΔR, and the momentum fraction z with density ∝ 1/z.
"""
function shower!(particles::Vector{Particle}, rng::SplitMix64, model::MultijetModel,
                 p::ThreeVector, angle::Float64)
    angle *= PortableMath.exp(-exponential!(rng, 1 / model.splitting_rate))
    z = 0.5 * PortableMath.pow(2model.zmin, uniform!(rng))
    transverse = sqrt(p[1] * p[1] + p[2] * p[2])
    kt = z * (1 - z) * transverse * angle
    if kt < model.ktmin
        push!(particles, hadron!(rng, p))
    else
        kick = transverse_kick!(rng, p, kt)
        shower!(particles, rng, model, scaled(p, 1 - z) .- kick, angle)
        shower!(particles, rng, model, scaled(p, z) .+ kick, angle)
    end
    return particles
end

scaled(p::ThreeVector, factor::Float64) = factor .* p

dot(a::ThreeVector, b::ThreeVector) = a[1] * b[1] + a[2] * b[2] + a[3] * b[3]

# A vector of length kt in a random direction perpendicular to p.
function transverse_kick!(rng::SplitMix64, p::ThreeVector, kt::Float64)
    while true
        x, y = unit_circle!(rng)
        trial = (x, y, uniform!(rng, -1.0, 1.0))
        kick = trial .- scaled(p, dot(trial, p) / dot(p, p))
        length2 = dot(kick, kick)
        length2 > 1.0e-3 && return scaled(kick, kt / sqrt(length2))
    end
end

function hadron!(rng::SplitMix64, p::ThreeVector)
    species = choose_species!(rng)
    return on_grid(species.id, p, species.mass)
end

function choose_species!(rng::SplitMix64)
    draw = uniform!(rng)
    for species in SPECIES
        draw < species.upto && return species
    end
    return last(SPECIES)
end

function underlying_event!(particles::Vector{Particle}, rng::SplitMix64, model::MultijetModel)
    for _ in 1:geometric!(rng, model.underlying_multiplicity)
        species = choose_species!(rng)
        # The floor keeps the rounded momentum away from zero.
        transverse = 0.05 + exponential!(rng, model.underlying_pt)
        cosine, sine = unit_circle!(rng)
        y = uniform!(rng, -model.underlying_ymax, model.underlying_ymax)
        p = at_rapidity(transverse * cosine, transverse * sine, species.mass, y)
        push!(particles, on_grid(species.id, p, species.mass))
    end
    return particles
end
