using JetHistograms

function filled(axis, values, weights = ones(length(values)))
    h = Histogram(axis)
    for (x, w) in zip(values, weights)
        push!(h, x, w)
    end
    return h
end

@testset "axes" begin
    axis = UniformAxis(0, 0.7, 7)
    for k in 1:7
        @test binindex(axis, edge(axis, k)) == k
        @test binindex(axis, prevfloat(edge(axis, k + 1))) == k
    end
    @test binindex(axis, -0.1) == 0
    @test binindex(axis, 0.7) == 8
    @test binindex(axis, Inf) == 8
    variable = VariableAxis([0.0, 1.0, 10.0])
    @test [binindex(variable, x) for x in (-1.0, 0.0, 0.5, 1.0, 10.0)] == [0, 1, 1, 2, 3]
    @test_throws DomainError binindex(axis, NaN)
    @test_throws DomainError binindex(variable, NaN)
    @test_throws ArgumentError UniformAxis(1, 1, 3)
    @test_throws ArgumentError UniformAxis(0, 1, 0)
    @test_throws ArgumentError VariableAxis([0.0, 1.0, 1.0])
    @test_throws ArgumentError VariableAxis([0.0])
end

@testset "contents and moments" begin
    h = filled(UniformAxis(0, 4, 4), [0.5, 1.5, 1.5, 3.5, 9.0], [1.0, 2.0, 3.0, 1.0, 1.0])
    @test [bincontent(h, k) for k in 0:5] == [0, 1, 5, 0, 1, 1]
    @test binerror(h, 2) == sqrt(13)
    @test entries(h) == 5
    @test total_weight(h) == 8
    @test mean(h) ≈ (0.5 + 7.5 + 3.5 + 9) / 8
    @test var(h) ≈ (0.25 + 5 * 2.25 + 12.25 + 81) / 8 - mean(h)^2
    @test std(h) ≈ sqrt(var(h))
    @test effective_entries(h) ≈ 64 / 16
    @test quantile(h, 0.5) ≈ 1.6
    @test quantile(h, 0.0) == 0.0
    @test quantile(h, 1.0) == 4.0
    @test isnan(mean(Histogram(UniformAxis(0, 1, 1))))
end

@testset "merging" begin
    axis = VariableAxis([0.0, 1.0, 3.0])
    a, b = filled(axis, [0.5, 2.0]), filled(axis, [2.5, 7.0])
    @test merge(a, b) == filled(axis, [0.5, 2.0, 2.5, 7.0])
    @test a == filled(axis, [0.5, 2.0])
    @test_throws ArgumentError merge(a, Histogram(VariableAxis([0.0, 2.0])))
    plane = Histogram2D(UniformAxis(0, 2, 2), UniformAxis(0, 2, 2))
    push!(plane, 0.5, 1.5, 2.0)
    merge!(plane, plane)
    @test bincontent(plane, 1, 2) == 4
    @test entries(plane) == 2
    @test total_weight(plane) == 4
end

@testset "rendering" begin
    text = sprint(render, filled(UniformAxis(0, 2, 2), [0.5, 0.5, 1.5, -1.0]), "title")
    @test text == """
        title
          [    0.00,     1.00) ████████████████████████████████████████      2.00 ± 1.41
          [    1.00,     2.00) ████████████████████                          1.00 ± 1.00
          under 1.00   over 0.00   mean 0.3750   std 0.8927
        """
    @test occursin("mean NaN", sprint(render, Histogram(UniformAxis(0, 1, 1)), "empty"))
end

@testset "digests" begin
    # FNV-1a of eight zero bytes.
    @test hexdigest(absorb(Digest(), 0)) == "a8c7f832281a39c5"
    @test absorb(Digest(), 0.0) == absorb(Digest(), -0.0)
    @test absorb(Digest(), [1.0, 2.0]) != absorb(Digest(), [2.0, 1.0])
    h = filled(UniformAxis(0, 1, 2), [0.1])
    @test absorb(Digest(), h) == absorb(Digest(), copy(h))
    @test absorb(Digest(), h) != absorb(Digest(), filled(UniformAxis(0, 1, 2), [0.2]))
end
