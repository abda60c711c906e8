#=
The event text format, in the spirit of HepMC: one record per line, fields separated
by blanks, numbers in decimal with enough digits to read back unchanged.

    jetevents 1                               format name and version, first record
    E number weight partons particles         an event and the counts of what follows
    H id px py pz mass                        a hard parton, momenta and mass in GeV
    P id px py pz mass                        a final-state particle

An event's H lines come before its P lines. Blank lines and lines that begin with #
are skipped.
=#

const FORMAT_HEADER = "jetevents 1"

"""
    EventFormatError(source, line, message)

A line of an event file that does not follow the format.
"""
struct EventFormatError <: Exception
    source::String
    line::Int
    message::String
end

Base.showerror(io::IO, e::EventFormatError) = print(io, e.source, ":", e.line, ": ", e.message)

"""
    write_events(path, events; comment = "")
    write_events(io, events; comment = "")

Write events in the text format; the lines of `comment` go to the head of the file.
"""
write_events(path::AbstractString, events::Vector{Event}; comment::String = "") =
    open(io -> write_events(io, events; comment = comment), path, "w")

function write_events(io::IO, events::Vector{Event}; comment::String = "")
    println(io, FORMAT_HEADER)
    for line in split(comment, '\n'; keepempty = false)
        println(io, "# ", line)
    end
    for event in events
        println(io, "E ", event.number, ' ', event.weight, ' ',
                length(event.partons), ' ', length(event.particles))
        write_particles(io, 'H', event.partons)
        write_particles(io, 'P', event.particles)
    end
end

function write_particles(io::IO, tag::Char, particles::Vector{Particle})
    for p in particles
        println(io, tag, ' ', p.id, ' ', p.px, ' ', p.py, ' ', p.pz, ' ', p.mass)
    end
end

"""
    read_events(path; limit = typemax(Int)) -> Vector{Event}
    read_events(io, source; limit = typemax(Int)) -> Vector{Event}

Read at most `limit` events. Throws [`EventFormatError`](@ref), which names `source`
and the line, when the text does not follow the format.
"""
read_events(path::AbstractString; limit::Int = typemax(Int)) =
    open(io -> read_events(io, String(path); limit = limit), path)

function read_events(io::IO, source::String; limit::Int = typemax(Int))
    records = RecordReader(io, source, 0)
    header = next_record!(records)
    join(header, ' ') == FORMAT_HEADER || fail(records, "expected \"$FORMAT_HEADER\"")
    events = Event[]
    while length(events) < limit
        fields = next_record!(records)
        isempty(fields) && break
        push!(events, read_event!(records, fields))
    end
    return events
end

mutable struct RecordReader{I<:IO}
    io::I
    source::String
    line::Int
end

fail(records::RecordReader, message::String) =
    throw(EventFormatError(records.source, records.line, message))

# Fields of the next line that is neither blank nor a comment; empty at the end.
function next_record!(records::RecordReader)
    while !eof(records.io)
        text = readline(records.io)
        records.line += 1
        startswith(text, '#') && continue
        fields = split(text)
        isempty(fields) || return fields
    end
    return SubString{String}[]
end

function read_event!(records::RecordReader, fields::Vector{SubString{String}})
    expect_record(records, fields, "E", 5)
    number = parse_field(Int, records, fields[2], "event number")
    weight = parse_field(Float64, records, fields[3], "weight")
    partons = parse_count(records, fields[4], "parton count")
    particles = parse_count(records, fields[5], "particle count")
    return Event(number, weight, read_particles!(records, "H", partons),
                 read_particles!(records, "P", particles))
end

function read_particles!(records::RecordReader, tag::String, count::Int)
    particles = Particle[]
    for _ in 1:count
        fields = next_record!(records)
        expect_record(records, fields, tag, 6)
        push!(particles, Particle(parse_field(Int, records, fields[2], "particle code"),
                                  parse_field(Float64, records, fields[3], "px"),
                                  parse_field(Float64, records, fields[4], "py"),
                                  parse_field(Float64, records, fields[5], "pz"),
                                  parse_field(Float64, records, fields[6], "mass")))
    end
    return particles
end

function expect_record(records::RecordReader, fields::Vector{SubString{String}},
                       tag::String, count::Int)
    isempty(fields) && fail(records, "the file ends where a record \"$tag\" should follow")
    fields[1] == tag || fail(records, "expected a record \"$tag\", found \"$(fields[1])\"")
    length(fields) == count ||
        fail(records, "a record \"$tag\" has $count fields, found $(length(fields))")
end

function parse_count(records::RecordReader, text::SubString{String}, what::String)
    count = parse_field(Int, records, text, what)
    count >= 0 || fail(records, "the $what is negative: $count")
    return count
end

function parse_field(::Type{T}, records::RecordReader, text::SubString{String},
                     what::String) where {T<:Union{Int,Float64}}
    value = tryparse(T, text)
    value === nothing && fail(records, "the $what is not a number: \"$text\"")
    isfinite(value) || fail(records, "the $what is not finite: \"$text\"")
    return value
end
