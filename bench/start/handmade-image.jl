# What PackageCompiler does in the process that writes an image: load the project's packages, compile the traced statements.
bindir, stdlib, project, statements = ARGS
Base.reinit_stdio()
@eval Sys BINDIR = $bindir
@eval Sys STDLIB = $stdlib
Base.init_depot_path()
append!(empty!(LOAD_PATH), [project, "@stdlib"])
staging = Module(:Staging)
for line in eachline(joinpath(project, "Project.toml"))
    direct = match(r"^([A-Za-z]\w*) = \"([0-9a-f-]{36})\"$", line)
    direct === nothing || Base.require(Base.PkgId(Base.UUID(direct[2]), direct[1]))
end
for (id, loaded) in Base.loaded_modules
    Core.eval(staging, :(const $(Symbol(id.name)) = $loaded))
end
for line in eachline(statements)
    try
        Core.eval(staging, Meta.parse(line))
    catch
        # Names that only the traced session had.
    end
end
empty!(ARGS)
empty!(LOAD_PATH)
empty!(DEPOT_PATH)
