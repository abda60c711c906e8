# Starts workers, has all of them load packages at once, and prints a line for one worker and one for COUNT of them: how
# many there were; the seconds until all had started, and from then on until all had loaded; the seconds of processor time
# that these took of a worker, on average.
#
#     julia workers.jl COUNT PACKAGE...

using Distributed

const LOAD = Expr(:toplevel, (Expr(:using, Expr(:., Symbol(name))) for name in ARGS[2:end])..., nothing)

const PROCESSOR_TIME = quote
    let time = zeros(Clong, 2)
        # CLOCK_PROCESS_CPUTIME_ID
        ccall(:clock_gettime, Cint, (Cint, Ptr{Clong}), 2, time)
        time[1] + time[2] / 1e9
    end
end

function on_all(ids, expression)
    values = Vector{Any}(undef, length(ids))
    @sync for (index, id) in enumerate(ids)
        @async values[index] = remotecall_fetch(Core.eval, id, Main, expression)
    end
    return values
end

function measure(count)
    wall_start = @elapsed begin
        ids = addprocs(count)
        started = on_all(ids, PROCESSOR_TIME)
    end
    wall_load = @elapsed on_all(ids, LOAD)
    loaded = on_all(ids, PROCESSOR_TIME)
    rmprocs(ids)
    return wall_start, wall_load, sum(started) / count, sum(loaded .- started) / count
end

# What this process itself compiles for the first worker is no matter of the workers'.
measure(1)
for count in (1, parse(Int, ARGS[1]))
    println(join(("workers", count, measure(count)...), " "))
end
