"""
    Digest()

A 64-bit FNV-1a digest of numbers and histograms, for telling whether two runs agree
to the last bit. It is no protection against forgery.
"""
struct Digest
    state::UInt64
end

const FNV_OFFSET = 0xcbf29ce484222325
const FNV_PRIME = 0x00000100000001b3

Digest() = Digest(FNV_OFFSET)

"""
    absorb(digest, value) -> Digest

The digest continued by `value`: a number, an array of numbers or a histogram with its
contents and moments (not its axis).
"""
function absorb(digest::Digest, word::UInt64)
    state = digest.state
    for shift in 0:8:56
        state = (state ⊻ ((word >> shift) & 0xff)) * FNV_PRIME
    end
    return Digest(state)
end

absorb(digest::Digest, value::Int) = absorb(digest, reinterpret(UInt64, Int64(value)))

# Adding zero makes the two zeros, which compare equal, also digest equal.
absorb(digest::Digest, value::Float64) = absorb(digest, reinterpret(UInt64, value + 0.0))

absorb(digest::Digest, values::Array{Float64}) = foldl(absorb, values; init = digest)

function absorb(digest::Digest, h::Histogram)
    digest = absorb(absorb(absorb(digest, h.weights), h.squares), h.entries)
    return absorb(absorb(digest, h.sum_x), h.sum_x2)
end

absorb(digest::Digest, h::Histogram2D) = absorb(absorb(digest, h.weights), h.entries)

"""
    hexdigest(digest) -> String

The digest as 16 hexadecimal digits.
"""
hexdigest(digest::Digest) = string(digest.state; base = 16, pad = 16)
