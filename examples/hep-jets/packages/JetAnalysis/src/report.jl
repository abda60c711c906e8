function report(io::IO, analysis::Analysis, checks::Vector{Check})
    print_algorithms(io, analysis)
    println(io)
    print_histograms(io, analysis)
    for check in checks
        check.passed || println(io, "failed: ", check.name)
    end
    println(io, length(checks), " checks, ", count(check -> !check.passed, checks), " failed")
    print_result(io, analysis)
end

function print_algorithms(io::IO, analysis::Analysis)
    println(io, analysis.events, " events; jets of radius ", analysis.anti_kt.definition.radius,
            "; pT and mass in GeV")
    println(io, "algorithm         leading pT       ±   median   dijet mass       ±    jets")
    for record in algorithms(analysis)
        println(io, table_row(record))
    end
end

table_row(record::AlgorithmRecord) =
    @sprintf("%-16s %11.3f %7.3f %8.2f %12.3f %7.3f %7.3f", label(record.definition),
             mean(record.leading_pt), standard_error(record.leading_pt),
             quantile(record.leading_pt, 0.5), mean(record.dijet_mass),
             standard_error(record.dijet_mass), mean(record.multiplicity))

standard_error(h::Histogram) = std(h) / sqrt(effective_entries(h))

function print_histograms(io::IO, analysis::Analysis)
    render(io, analysis.anti_kt.leading_pt, "anti-kt leading jet pT / GeV")
    render(io, analysis.anti_kt.dijet_mass, "anti-kt dijet mass / GeV")
    render(io, analysis.anti_kt.multiplicity, "anti-kt jets per event")
    render(io, analysis.substructure.groomed_mass, "soft-drop mass of the hardest jet / GeV")
    render(io, analysis.substructure.tau21, "τ21 of the hardest jet")
    render(io, analysis.shapes.thrust, "1 - transverse thrust")
    render(io, analysis.substructure.lund,
           "primary Lund plane of the hardest jet: ln(kt / GeV) against ln(R / ΔR)")
end

# Numbers in full: the shortest decimal that reads back as the same Float64.
function print_result(io::IO, analysis::Analysis)
    print(io, "result")
    for (name, value) in quantities(analysis)
        print(io, ' ', name, '=', value)
    end
    println(io)
    println(io, "checksum ", checksum(analysis))
end
