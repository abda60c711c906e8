const EIGHTHS = ('▏', '▎', '▍', '▌', '▋', '▊', '▉', '█')
const SHADES = (' ', '░', '▒', '▓', '█')

"""
    render(io, h::Histogram, title; width = 40)

Print `h` as horizontal bars, the fullest bin `width` characters long, with the content
and its uncertainty.
"""
function render(io::IO, h::Histogram, title::String; width::Int = 40)
    println(io, title)
    fullest = maximum(bincontent(h, k) for k in 1:bincount(h.axis))
    for k in 1:bincount(h.axis)
        print(io, @sprintf("  [%8.2f, %8.2f) ", edge(h.axis, k), edge(h.axis, k + 1)))
        print(io, rpad(bar(bincontent(h, k), fullest, width), width))
        println(io, @sprintf(" %9.2f ± %.2f", bincontent(h, k), binerror(h, k)))
    end
    println(io, @sprintf("  under %.2f   over %.2f   mean %.4f   std %.4f", bincontent(h, 0),
                         bincontent(h, bincount(h.axis) + 1), mean(h), std(h)))
end

function bar(content::Float64, fullest::Float64, width::Int)
    content > 0 || return ""
    eighths = max(1, round(Int, 8width * content / fullest))
    full, rest = divrem(eighths, 8)
    return rest == 0 ? "█"^full : string("█"^full, EIGHTHS[rest])
end

"""
    render(io, h::Histogram2D, title)

Print `h` as a shaded map, x to the right and y upwards.
"""
function render(io::IO, h::Histogram2D, title::String)
    println(io, title)
    fullest = maximum(h.weights)
    for j in bincount(h.yaxis):-1:1
        print(io, @sprintf("  %8.2f ", edge(h.yaxis, j)))
        for i in 1:bincount(h.xaxis)
            print(io, shade(bincontent(h, i, j), fullest)^2)
        end
        println(io)
    end
    println(io, @sprintf("  x from %.2f to %.2f", edge(h.xaxis, 1),
                         edge(h.xaxis, bincount(h.xaxis) + 1)))
end

function shade(content::Float64, fullest::Float64)
    content > 0 || return SHADES[1]
    step = ceil(Int, (length(SHADES) - 1) * content / fullest)
    return SHADES[1 + clamp(step, 1, length(SHADES) - 1)]
end
