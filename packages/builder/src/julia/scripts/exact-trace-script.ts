import { juliaString } from '../literal.js';
import { EVALUATE_SCRIPT } from './evaluate-script.js';

/** Where all of it stands, so that what Julia compiles to call it is told from what it compiles for the workload. */
const NAME = 'DepotcastExactTrace';

/**
 * Julia code that, when its process ends, says exactly what `--trace-compile` has written inexactly.
 *
 * Julia prints numbers within types without their own types, and with six digits: `Val{Int8(1)}` as `Val{1}`, and `Val{1/3}`
 * as `Val{0.333333}`. Such a statement compiles a method for another type than the one that jobs use. The process that
 * wrote it still has the type: it is looked up among the specializations of the methods that the statement may be about,
 * as the one that is printed like this.
 * @param trace what Julia writes
 * @param folder for a file of each process: the lines of the trace, with exact statements in the place of others
 */
export function renderExactTrace(trace: string, folder: string): string {
  return `module ${NAME}
ended(values) = foreach(print, values)
atexit() do
    @eval Module() begin
        lines = filter(line -> !occursin("${NAME}", line), split(read(${juliaString(trace)}, String), '\\n'))
${EVALUATE_SCRIPT}
${LOOK_UP_SCRIPT}
        exact = exactstatements(unique(filter(!isnothing, map(signature, lines))))
        mkpath(${juliaString(folder)})
        open(joinpath(${juliaString(folder)}, string(getpid(), ".jl")), "w") do file
            for line in lines, statement in get(exact, signature(line), [line])
                println(file, statement)
            end
        end
    end
    Base.invokelatest(ended, String[])
end
end
`;
}

/** What a trace shows of the time after that, when finalizers run; as Julia printed it. */
export function tracedAfterwards(trace: string): string {
  const [, ...afterwards] = trace.split(`typeof(${NAME}.ended)`);
  return afterwards.join('\n');
}

/**
 * Numbers are printed exactly by way of symbols in their place, which are replaced in what is printed. A type that cannot be
 * made with a symbol in it stays as printed.
 */
const LOOK_UP_SCRIPT = `
Inexact = Union{Int8, Int16, Int32, Int128, Float16, Float32, Float64}
spelled = String[]
spell(number::Integer) = string(typeof(number), "(", number, ")")
spell(number) = repr(number)

mark(other) = other
mark(number::Inexact) = Symbol("depotcast_", length(push!(spelled, spell(number))))
function mark(values::Tuple)
    marked = map(mark, values)
    marked === values ? values : marked
end
function mark(type::DataType)
    marked = Any[mark(printable(parameter)) for parameter in type.parameters]
    all(map(===, marked, type.parameters)) && return type
    type <: Tuple ? Tuple{marked...} : type.name.wrapper{marked...}
end
function mark(type::UnionAll)
    body = mark(type.body)
    body === type.body ? type : UnionAll(type.var, body)
end
mark(type::Union) = Union{mark(type.a), mark(type.b)}
isdefined(Core, :TypeofVararg) && @eval mark(rest::Core.TypeofVararg) =
    isdefined(rest, :N) ? Vararg{mark(rest.T), rest.N} : rest
unmark(text) = replace(text, r":depotcast_\\d+" => symbol -> spelled[parse(Int, symbol[12:end])])

# Julia 1.5 dies of printing values within values.
function printable(parameter)
    VERSION >= v"1.9" || parameter isa Union{Type, TypeVar} || all(1:nfields(parameter)) do index
        nfields(getfield(parameter, index)) == 0
    end || error("cannot be printed")
    parameter
end
function printed(type)
    stream = IOStream("a signature")
    ccall(:ios_mem, Ptr{Cvoid}, (Ptr{Cvoid}, Csize_t), stream.ios, 0)
    ccall(:jl_static_show, Csize_t, (Ptr{Cvoid}, Any), stream.ios, type)
    String(take!(stream))
end

function signature(line)
    found = match(r"precompile\\((.*)\\)", line)
    found === nothing ? nothing : String(found[1])
end
evaluated(expression) = try
    Core.eval(staging, revive(expression))
catch
    nothing # names what is the workload's own, or cannot be read
end
function callee(signature)
    tuple = Meta.parse(signature)
    evaluated((tuple.head === :where ? tuple.args[1] : tuple).args[2])
end

methodsof(callee) = map(methodof, Base._methods_by_ftype(Tuple{callee, Vararg{Any}}, -1, Base.get_world_counter()))
methodof(found::Core.SimpleVector) = found[3]
methodof(found) = found.method
function specializationsof(method)
    isdefined(Base, :specializations) && return filter(!isnothing, collect(Any, Base.specializations(method)))
    known = method.specializations
    Any[known[index] for index in 1:length(known) if isassigned(known, index)]
end

function exactstatements(signatures)
    exact = Dict{String, Set{String}}()
    callees = Set{Any}(filter(!isnothing, map(callee, signatures)))
    for method in Set{Method}(method for callee in callees for method in methodsof(callee))
        types = Any[instance.specTypes for instance in specializationsof(method)]
        for type in types
            marked = markedornothing(type)
            (marked === nothing || marked === type) && continue
            text = printed(type)
            text in signatures || continue
            statements = get!(exact, text, Set{String}())
            push!(statements, "precompile($(unmark(printed(marked))))")
            # Another type may be printed like it, and be what it says.
            evaluated(Meta.parse(text)) in types && push!(statements, "precompile($text)")
        end
    end
    exact
end
markedornothing(type) = try
    mark(type)
catch
    nothing
end`;
