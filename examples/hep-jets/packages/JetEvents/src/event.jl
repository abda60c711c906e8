"""
    Particle(id, px, py, pz, mass)

A particle with its PDG code, momentum components in GeV and mass in GeV.
"""
struct Particle
    id::Int
    px::Float64
    py::Float64
    pz::Float64
    mass::Float64
end

function FourMomentum(p::Particle)
    energy2 = p.px * p.px + p.py * p.py + p.pz * p.pz + p.mass * p.mass
    return FourMomentum(p.px, p.py, p.pz, sqrt(energy2))
end

"""
    Event(number, weight, partons, particles)

One collision: the hard partons it started from and the final-state particles a
detector would see.
"""
struct Event
    number::Int
    weight::Float64
    partons::Vector{Particle}
    particles::Vector{Particle}
end

Base.:(==)(a::Event, b::Event) =
    a.number == b.number && a.weight == b.weight &&
    a.partons == b.partons && a.particles == b.particles

Base.hash(e::Event, seed::UInt) =
    hash(e.particles, hash(e.partons, hash(e.weight, hash(e.number, seed))))

"""
    momenta(particles) -> Vector{FourMomentum}

Four-momenta of `particles`, in their order.
"""
momenta(particles::Vector{Particle}) = FourMomentum[FourMomentum(p) for p in particles]
