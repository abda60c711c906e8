"""
    PortableMath

`exp`, `log`, `pow` and `atan` for `Float64`, equal to the last bit on every CPU.

The polynomials in `Base` are written with `muladd`, which becomes a fused
multiply-add where the CPU has one, so `Base.log(x)` may differ in its last digit
between two images of the same code compiled for different targets. The functions
here use only the operations IEEE 754 rounds exactly (`+ - * / sqrt`), in a fixed
order. They are accurate to a few units in the last place, for results that are not
subnormal.

Nothing is exported: call `PortableMath.log(x)`.
"""
module PortableMath

# ln 2 in two parts; the first has enough trailing zeros that k * LN2_HIGH is exact
# for every binary exponent k.
const LN2_HIGH = 6.93147180369123816490e-01
const LN2_LOW = 1.90821492927058770002e-10

const EXP_TERMS = ntuple(k -> 1 / Float64(factorial(k - 1)), 14)
const ATANH_TERMS = ntuple(k -> 1 / (2k - 1), 12)
const ATAN_TERMS = ntuple(k -> (isodd(k) ? 1 : -1) / (2k - 1), 13)

"""
    horner(x, coefficients) -> Float64

The polynomial `coefficients[1] + coefficients[2] * x + …`, every product and sum
rounded on its own.
"""
function horner(x::Float64, coefficients::NTuple{N,Float64}) where {N}
    value = coefficients[N]
    for k in (N - 1):-1:1
        value = value * x + coefficients[k]
    end
    return value
end

"""
    exp(x) -> Float64

e to the power `x`; overflows to `Inf` and underflows to zero like `Base.exp`.
"""
function exp(x::Float64)
    isnan(x) && return x
    x > 710.0 && return Inf
    x < -746.0 && return 0.0
    exponent = round(x / (LN2_HIGH + LN2_LOW))
    remainder = (x - exponent * LN2_HIGH) - exponent * LN2_LOW
    return ldexp(horner(remainder, EXP_TERMS), Int(exponent))
end

"""
    log(x) -> Float64

Natural logarithm; throws `DomainError` for negative `x`.
"""
function log(x::Float64)
    x < 0 && throw(DomainError(x, "the logarithm needs a non-negative argument"))
    iszero(x) && return -Inf
    isfinite(x) || return x
    mantissa, exponent = frexp(x)
    if mantissa < sqrt(0.5)
        mantissa *= 2
        exponent -= 1
    end
    # log(m) = 2 artanh((m - 1) / (m + 1)), with m in [√½, √2).
    s = (mantissa - 1) / (mantissa + 1)
    return exponent * LN2_HIGH + (2s * horner(s * s, ATANH_TERMS) + exponent * LN2_LOW)
end

"""
    pow(x, y) -> Float64

`x` to the power `y` for `x ≥ 0`. The relative error grows with `|y log(x)|`.
"""
function pow(x::Float64, y::Float64)
    iszero(y) && return 1.0
    return exp(y * log(x))
end

"""
    atan(y, x) -> Float64

Angle of the point `(x, y)` from the positive x axis, in `[-π, π]`; zero at the
origin.
"""
function atan(y::Float64, x::Float64)
    short, long = minmax(abs(x), abs(y))
    iszero(long) && return 0.0
    angle = atan_unit(short / long)
    abs(y) > abs(x) && (angle = π / 2 - angle)
    x < 0 && (angle = π - angle)
    return y < 0 ? -angle : angle
end

# Arc tangent of 0 ≤ t ≤ 1: two reductions bring the argument below tan(π/16).
function atan_unit(t::Float64)
    offset = 0.0
    if t > sqrt(2.0) - 1
        t = (t - 1) / (t + 1)
        offset = π / 4
    end
    half = t / (1 + sqrt(1 + t * t))
    return offset + 2half * horner(half * half, ATAN_TERMS)
end

end
