"""
    Selection(; radius = 0.6, ptmin = 20.0, fat_radius = 1.0)

The jets an analysis looks at: their radius and least transverse momentum in GeV, and
the radius of the jets whose substructure is studied.
"""
Base.@kwdef struct Selection
    radius::Float64 = 0.6
    ptmin::Float64 = 20.0
    fat_radius::Float64 = 1.0
end
