enum AstroM3Room {}
