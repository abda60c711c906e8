# A symmetric 3 × 3 matrix by its diagonal and its elements xy, xz, yz.
struct Symmetric3
    xx::Float64
    yy::Float64
    zz::Float64
    xy::Float64
    xz::Float64
    yz::Float64
end

# Eigenvalues, largest first, by cyclic Jacobi rotations. LAPACK would pick its kernel
# by the CPU, and the closed form cancels for degenerate eigenvalues.
function eigenvalues(m::Symmetric3)
    a, b, c, ab, ac, bc = m.xx, m.yy, m.zz, m.xy, m.xz, m.yz
    scale = abs(a) + abs(b) + abs(c)
    for _ in 1:MAX_SWEEPS
        abs(ab) + abs(ac) + abs(bc) <= eps(scale) && break
        a, b, ab, ac, bc = rotate(a, b, ab, ac, bc)
        a, c, ac, ab, bc = rotate(a, c, ac, ab, bc)
        b, c, bc, ab, ac = rotate(b, c, bc, ab, ac)
    end
    return descending(a, b, c)
end

const MAX_SWEEPS = 30

# Rotate in the plane of rows p and q so that the element pq vanishes; pr and qr are
# their elements with the third row.
function rotate(p::Float64, q::Float64, pq::Float64, pr::Float64, qr::Float64)
    iszero(pq) && return (p, q, pq, pr, qr)
    theta = (q - p) / (2pq)
    tangent = copysign(1 / (abs(theta) + sqrt(theta * theta + 1)), theta)
    cosine = 1 / sqrt(tangent * tangent + 1)
    sine = tangent * cosine
    return (p - tangent * pq, q + tangent * pq, 0.0,
            cosine * pr - sine * qr, sine * pr + cosine * qr)
end

function descending(a::Float64, b::Float64, c::Float64)
    b, a = minmax(a, b)
    c, a = minmax(a, c)
    c, b = minmax(b, c)
    return (a, b, c)
end
