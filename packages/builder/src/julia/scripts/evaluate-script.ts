/**
 * Julia code that makes `staging`, a module to evaluate recorded statements in, and `revive`, which mends one before.
 *
 * Statements name modules by their bare names, so that they are evaluated where each loaded module has its name. A value
 * within a type, as in `Val{Point(x=1, y=2)}`, is printed with its fields' names, which Julia would read as a call with
 * keywords: where just the fields of a type are named, the value is made of them.
 */
export const EVALUATE_SCRIPT = `staging = Module(:Statements)
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
end`;
