"""
    SplitMix64(seed)
    SplitMix64(seed, stream)

The SplitMix64 pseudo-random generator (Steele, Lea, Flood, OOPSLA 2014). The streams
of the standard library's `Random` change between Julia versions; this one does not.
Different `stream` numbers give unrelated sequences for one seed.
"""
mutable struct SplitMix64
    state::UInt64
end

SplitMix64(seed::UInt64, stream::Integer) = SplitMix64(scramble(seed + scramble(UInt64(stream))))

const GOLDEN_GAMMA = 0x9e3779b97f4a7c15

function scramble(z::UInt64)
    z = (z ⊻ (z >> 30)) * 0xbf58476d1ce4e5b9
    z = (z ⊻ (z >> 27)) * 0x94d049bb133111eb
    return z ⊻ (z >> 31)
end

function next!(rng::SplitMix64)
    rng.state += GOLDEN_GAMMA
    return scramble(rng.state)
end

"""
    uniform!(rng) -> Float64
    uniform!(rng, low, high) -> Float64

Uniform number in the open interval `(0, 1)` or `(low, high)`.
"""
uniform!(rng::SplitMix64) = (Float64(next!(rng) >> 12) + 0.5) * 2.0^-52

uniform!(rng::SplitMix64, low::Float64, high::Float64) = low + (high - low) * uniform!(rng)

"""
    exponential!(rng, mean) -> Float64

Exponentially distributed number with the given mean.
"""
exponential!(rng::SplitMix64, mean::Float64) = -mean * PortableMath.log(uniform!(rng))

"""
    geometric!(rng, mean) -> Int

Geometrically distributed count 0, 1, 2, … with the given mean.
"""
function geometric!(rng::SplitMix64, mean::Float64)
    proceed = mean / (1 + mean)
    count = 0
    while uniform!(rng) < proceed
        count += 1
    end
    return count
end

# A random point on the unit circle by rejection, which needs no sine or cosine.
function unit_circle!(rng::SplitMix64)
    while true
        x = uniform!(rng, -1.0, 1.0)
        y = uniform!(rng, -1.0, 1.0)
        r2 = x * x + y * y
        if 1.0e-6 < r2 < 1
            r = sqrt(r2)
            return x / r, y / r
        end
    end
end
