const USAGE = """
usage: analysis.jl [events.txt] [--events N]
       analysis.jl --generate [--events N] [--seed S]

  events.txt    events to analyse
  --events N    analyse the first N events (all, or 100 generated ones)
  --generate    generate the events instead of reading them
  --seed S      seed of the generator (1)
"""

"""
    UsageError(message)

Arguments the analysis does not understand.
"""
struct UsageError <: Exception
    message::String
end

Base.showerror(io::IO, e::UsageError) = print(io, e.message, "\n\n", USAGE)

struct Options
    source::String
    events::Union{Nothing,Int}
    generate::Bool
    seed::UInt64
end

function parse_options(args::Vector{String}, default_source::String)
    source, events, generate, seed = "", nothing, false, UInt64(1)
    pending = copy(args)
    while !isempty(pending)
        arg = popfirst!(pending)
        if arg == "--events"
            events = parse_value(Int, arg, pending)
            events > 0 || throw(UsageError("--events needs a positive number"))
        elseif arg == "--generate"
            generate = true
        elseif arg == "--seed"
            seed = parse_value(UInt64, arg, pending)
        elseif startswith(arg, '-')
            throw(UsageError("unknown option $arg"))
        elseif isempty(source)
            source = arg
        else
            throw(UsageError("more than one event file: $source, $arg"))
        end
    end
    generate && !isempty(source) && throw(UsageError("--generate reads no event file"))
    return Options(isempty(source) ? default_source : source, events, generate, seed)
end

function parse_value(::Type{T}, option::String, pending::Vector{String}) where {T<:Integer}
    isempty(pending) && throw(UsageError("$option needs a value"))
    text = popfirst!(pending)
    value = tryparse(T, text)
    value === nothing && throw(UsageError("$option needs a whole number, not \"$text\""))
    return value
end

const GENERATED_EVENTS = 100

function load_events(options::Options)
    if options.generate
        count = something(options.events, GENERATED_EVENTS)
        return generate_events(MultijetModel(), options.seed, count)
    end
    return read_events(options.source; limit = something(options.events, typemax(Int)))
end
