# Shapes of whole events.
mutable struct ShapeRecord
    thrust::Histogram{UniformAxis} # 1 - transverse thrust
    sphericity::Histogram{UniformAxis}
    aplanarity::Histogram{UniformAxis}
    c_parameter::Histogram{UniformAxis}
    d_parameter::Histogram{UniformAxis}
    out_of_range::Int              # shapes beyond their mathematical limits
end

ShapeRecord() =
    ShapeRecord(Histogram(UniformAxis(0, 0.4, 10)), Histogram(UniformAxis(0, 1, 10)),
                Histogram(UniformAxis(0, 0.5, 10)), Histogram(UniformAxis(0, 1, 10)),
                Histogram(UniformAxis(0, 1, 10)), 0)

const SHAPE_TOLERANCE = 1.0e-12

function observe!(record::ShapeRecord, particles::Vector{FourMomentum}, weight::Float64)
    isempty(particles) && return record
    linear = linear_tensor(particles)
    push_bounded!(record, record.thrust, 1 - transverse_thrust(particles), 1 - 2 / π, weight)
    push_bounded!(record, record.sphericity, sphericity(particles), 1.0, weight)
    push_bounded!(record, record.aplanarity, aplanarity(particles), 0.5, weight)
    push_bounded!(record, record.c_parameter, c_parameter(linear), 1.0, weight)
    push_bounded!(record, record.d_parameter, d_parameter(linear), 1.0, weight)
    return record
end

function push_bounded!(record::ShapeRecord, h::Histogram, value::Float64, upper::Float64,
                       weight::Float64)
    -SHAPE_TOLERANCE <= value <= upper + SHAPE_TOLERANCE || (record.out_of_range += 1)
    push!(h, value, weight)
end

function digest(state::Digest, record::ShapeRecord)
    for h in (record.thrust, record.sphericity, record.aplanarity, record.c_parameter,
              record.d_parameter)
        state = absorb(state, h)
    end
    return state
end

function append_quantities!(list::Vector{Pair{String,Float64}}, record::ShapeRecord)
    push!(list, "one_minus_thrust" => mean(record.thrust))
    push!(list, "sphericity" => mean(record.sphericity))
    push!(list, "aplanarity" => mean(record.aplanarity))
    push!(list, "c_parameter" => mean(record.c_parameter))
    push!(list, "d_parameter" => mean(record.d_parameter))
end
