import { juliaString } from '../literal.js';

/** Line that tells how many statements took effect; before it stands one for each that did not. */
const COMPILED = /^statements compiled: (\d+)$/m;
const FAILED = /^no effect: (.*)$/gm;

/**
 * Julia code that evaluates recorded statements one by one.
 *
 * Statements name modules by their bare names, so that they are evaluated where each loaded module has its name. A value
 * within a type, as in `Val{Point(x=1, y=2)}`, is printed with its fields' names, which Julia would read as a call with
 * keywords: where just the fields of a type are named, the value is made of them.
 * @param statements file with one `precompile(...)` a line
 */
export function renderReplay(statements: string): string {
  return `staging = Module(:Statements)
for (id, loaded) in Base.loaded_modules
    name = Symbol(id.name)
    isdefined(staging, name) || Core.eval(staging, Expr(:const, Expr(:(=), name, loaded)))
end
revive(other) = other
function revive(expression::Expr)
    args = Any[revive(arg) for arg in expression.args]
    fields = args[2:end]
    if expression.head === :call && !isempty(fields) && all(arg -> arg isa Expr && arg.head === :kw, fields)
        type = Core.eval(staging, args[1])
        if type isa DataType && [arg.args[1] for arg in fields] == collect(fieldnames(type))
            values = [Core.eval(staging, arg.args[2]) for arg in fields]
            return QuoteNode(Core.eval(staging, Expr(:new, type, [QuoteNode(convert(fieldtype(type, index), value)) for (index, value) in enumerate(values)]...)))
        end
    end
    Expr(expression.head, args...)
end
compiled = let compiled = 0
    for line in eachline(${juliaString(statements)})
        done = try
            Core.eval(staging, revive(Meta.parse(line))) !== false
        catch error
            println("failed: ", sprint(showerror, error))
            false
        end
        done ? (compiled += 1) : println("no effect: ", line)
    end
    compiled
end
println("statements compiled: ", compiled)`;
}

/** Reads what came of the statements: the number of those that took effect, and the others. */
export function parseReplayOutput(output: string): { compiled: number; failed: string[] } {
  const failed = [...output.matchAll(FAILED)].flatMap(([, statement]) => statement ?? []);
  return { compiled: Number(COMPILED.exec(output)?.[1] ?? 0), failed };
}
