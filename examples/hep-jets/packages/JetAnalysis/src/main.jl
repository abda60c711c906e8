"""
    main(args, default_events, out, err) -> Int

Analyse the events that `args` name, or those of the file `default_events`; print the
result to `out` and errors to `err`. Returns the exit code: 0, 1 when a check fails, 2
when the arguments or the events cannot be read.

The last lines are `result name=value …`, `checksum …` and, if all checks hold, `ok`.
"""
function main(args::Vector{String}, default_events::String,
              @nospecialize(out::IO), @nospecialize(err::IO))
    try
        text, passed = run_analysis(parse_options(args, default_events))
        write(out, text)
        return passed ? 0 : 1
    catch e
        e isa Union{UsageError,EventFormatError,SystemError} || rethrow()
        showerror(err, e)
        println(err)
        return 2
    end
end

# The report goes through a buffer, so that printing compiles for one type of stream
# whether the output is a terminal, a pipe or a file.
function run_analysis(options::Options)
    events = load_events(options)
    analysis = analyse(events)
    checks = run_checks(analysis, events)
    passed = all(check -> check.passed, checks)
    buffer = IOBuffer()
    report(buffer, analysis, checks)
    passed && println(buffer, "ok")
    return String(take!(buffer)), passed
end
