import PortableMath

@testset "PortableMath agrees with Base" begin
    tolerance = 8eps()
    for x in (1.0e-300, 1.0e-5, 0.3, sqrt(0.5), 0.999, 1.0, 1.001, 2.0, 10.0, 1.0e300, 5.0e-324)
        @test PortableMath.log(x) ≈ log(x) rtol = tolerance
    end
    for x in (-700.0, -20.0, -0.3, 0.0, 1.0e-10, 0.35, 1.0, 20.0, 709.0)
        @test PortableMath.exp(x) ≈ exp(x) rtol = tolerance
    end
    for k in 0:360
        x, y = 3cosd(k), 3sind(k)
        @test PortableMath.atan(y, x) ≈ atan(y, x) atol = tolerance
    end
    @test PortableMath.pow(2.5, 3.5) ≈ 2.5^3.5 rtol = 4tolerance
end

@testset "PortableMath at the edges" begin
    @test PortableMath.log(0.0) == -Inf
    @test PortableMath.log(Inf) == Inf
    @test isnan(PortableMath.log(NaN))
    @test_throws DomainError PortableMath.log(-1.0)
    @test PortableMath.exp(-Inf) == 0.0
    @test PortableMath.exp(Inf) == Inf
    @test isnan(PortableMath.exp(NaN))
    @test PortableMath.pow(0.0, 0.0) == 1.0
    @test PortableMath.pow(0.0, 2.0) == 0.0
    @test PortableMath.atan(0.0, 0.0) == 0.0
    @test PortableMath.atan(0.0, -1.0) == Float64(π)
    @test PortableMath.atan(-1.0, 0.0) == -π / 2
end
