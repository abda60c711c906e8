/**
 * Julia code that runs a program, given as arguments, and at the end of the process reports on file descriptor 3 what has
 * come of it: `module`, `image` and `method` lines, their fields separated by tabs, and `end`.
 *
 * Signatures are written by hand rather than shown, so that they depend neither on what `Main` can see nor on addresses
 * nor on the counters in generated names. All methods are walked twice, as the first time compiles the walk itself.
 *
 * For Julia 1.5 to 1.13. Up to 1.11 each function has a method table, which is found through the names of all modules;
 * later there is one table (julia#58131, renamed in julia#59158). Specializations are a vector, from 1.10 on possibly a
 * single one (julia#49071).
 */
export const REPORT_SCRIPT = String.raw`
module DepotcastFingerprint

plain(name) = escape_string(replace(string(name), r"#s?\d+" => "#"))

function show_module(io, m)
    above = parentmodule(m)
    if above !== m && m !== Base
        show_module(io, above)
        print(io, '.')
    end
    print(io, plain(nameof(m)))
end

function show_type(io, @nospecialize(t))
    if t isa DataType
        show_module(io, t.name.module)
        print(io, '.', plain(t.name.name))
        isempty(t.parameters) || show_all(io, '{', t.parameters, '}')
    elseif t isa UnionAll
        show_type(io, t.body)
        print(io, " where ", plain(t.var.name))
        show_all(io, '{', (t.var.lb, t.var.ub), '}')
    elseif t === Union{}
        print(io, "Union{}")
    elseif t isa Union
        members = sort!(String[sprint(show_type, member) for member in Base.uniontypes(t)])
        print(io, "Union{", join(members, ','), '}')
    elseif t isa TypeVar
        print(io, plain(t.name))
    else
        # Vararg, which since Julia 1.7 is no type.
        show_all(io, "Vararg{", Any[getfield(t, name) for name in (:T, :N) if isdefined(t, name)], '}')
    end
end

function show_parameter(io, @nospecialize(value))
    if value isa Type || value isa TypeVar || nameof(typeof(value)) === :TypeofVararg
        show_type(io, value)
    elseif value isa Symbol
        print(io, ':', plain(value))
    elseif value isa Module
        show_module(io, value)
    elseif value isa Union{Bool,Char,Base.BitInteger,Base.IEEEFloat}
        print(io, repr(value))
    else
        show_type(io, typeof(value))
        show_all(io, '(', Any[getfield(value, i) for i in 1:nfields(value) if isdefined(value, i)], ')')
    end
end

function show_all(io, opening, values, closing)
    print(io, opening)
    for i in 1:length(values)
        i == 1 || print(io, ',')
        show_parameter(io, values[i])
    end
    print(io, closing)
end

is_native(code) =
    code.max_world == typemax(UInt) &&
    (code.specptr != C_NULL || (code.invoke != C_NULL && isdefined(code, :rettype_const)))

function has_native(instance)
    isdefined(instance, :cache) || return false
    code = instance.cache
    while !is_native(code)
        isdefined(code, :next) || return false
        code = code.next
    end
    return true
end

function visit_instances(f, @nospecialize(found))
    if found isa Core.MethodInstance
        f(found)
    elseif found isa Core.SimpleVector
        for i in 1:length(found)
            isassigned(found, i) && visit_instances(f, found[i])
        end
    elseif found isa Union{Core.TypeMapEntry,Core.TypeMapLevel}
        Base.visit(entry -> visit_instances(f, entry), found)
    end
end

function add_table!(tables, name)
    isdefined(name, :mt) && name.mt isa Core.MethodTable && push!(tables, name.mt)
end

function add_tables!(tables, seen, m)
    m in seen && return
    push!(seen, m)
    for name in names(m; all = true)
        isdefined(m, name) && !Base.isdeprecated(m, name) || continue
        value = getfield(m, name)
        if value isa Module
            parentmodule(value) === m && add_tables!(tables, seen, value)
        elseif value isa Type
            body = Base.unwrap_unionall(value)
            body isa DataType && add_table!(tables, body.name)
        else
            add_table!(tables, typeof(value).name)
        end
    end
end

function method_tables()
    isdefined(Core, :methodtable) && return Any[Core.methodtable]
    isdefined(Core, :GlobalMethods) && return Any[Core.GlobalMethods]
    tables, seen = Base.IdSet{Any}(), Base.IdSet{Any}()
    # Constructors.
    add_table!(tables, Base.unwrap_unionall(Type).name)
    for root in Base.loaded_modules_array()
        add_tables!(tables, seen, root)
    end
    return collect(tables)
end

function method_lines()
    lines = String[]
    for table in method_tables()
        Base.visit(table) do method
            root = Base.moduleroot(method.module)
            root === DepotcastFingerprint && return
            visit_instances(method.specializations) do instance
                has_native(instance) || return
                push!(lines, string("method\t", sprint(show_module, root), '\t', sprint(show_type, instance.specTypes)))
            end
        end
    end
    return lines
end

function report()
    method_lines()
    lines = method_lines()
    io = fdio(3)
    for (id, m) in Base.loaded_modules
        m === Main && continue
        uuid = id.uuid === nothing ? "" : string(id.uuid)
        println(io, join(("module", id.name, uuid, string(Base.module_build_id(m), base = 16)), '\t'))
    end
    println(io, "image\t", abspath(unsafe_string(Base.JLOptions().image_file)))
    foreach(line -> println(io, line), lines)
    println(io, "end")
    flush(io)
end

function run()
    atexit(() -> Base.invokelatest(report))
    isempty(ARGS) && return
    program = abspath(popfirst!(ARGS))
    Core.eval(Base, :(global PROGRAM_FILE = $program))
    Base.include(Main, program)
end

end
DepotcastFingerprint.run()
`;
