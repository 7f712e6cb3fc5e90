internal import Sky

/// Which fields a survey exposes in which night, in which band and under what sky: a function of the night alone.
struct Schedule: Sendable {
    enum Survey: Sendable { case ztf, lsst }

    let survey: Survey
    let grid: FieldGrid
    let seed: UInt64
    /// Declinations of the sources that are made: a little inside the grid.
    let declinations: ClosedRange<Double>

    /// Palomar: fields of 7 degrees, 64 readout channels, north of -30 degrees.
    static func ztf(seed: UInt64) -> Schedule {
        let declinations = -30.0...86.0
        let grid = FieldGrid(
            declinations: declinations,
            size: 7.2,
            firstField: 245,
            detectorsAlong: 8,
            pixels: (3072, 3080)
        )
        return Schedule(survey: .ztf, grid: grid, seed: seed, declinations: declinations)
    }

    /// Cerro Pachón: fields of 3.5 degrees, 169 of the 189 detectors, south of +5 degrees.
    static func lsst(seed: UInt64) -> Schedule {
        let declinations = -72.0...5.0
        let grid = FieldGrid(
            declinations: declinations,
            size: 3.5,
            firstField: 0,
            detectorsAlong: 13,
            pixels: (4072, 4000)
        )
        return Schedule(survey: .lsst, grid: grid, seed: seed, declinations: declinations)
    }

    /// Whether the dome is open.
    func isClear(night: Int) -> Bool {
        var spell = RandomStream(seed, .weather, UInt64(night / 4))
        if spell.chance(0.12) { return false }
        var weather = RandomStream(seed, .weather, UInt64(night), 1)
        return weather.chance(0.88)
    }

    /// The exposures of a field in a night, by time.
    func exposures(field: Int, night: Int) -> [Exposure] {
        guard isClear(night: night) else { return [] }
        let cadence = survey == .ztf ? 2 : 3
        let turn = Int(RandomStream.hash(seed, .schedule, UInt64(field)) % UInt64(cadence))
        var random = RandomStream(seed, .exposure, UInt64(night), UInt64(field))
        let isTurn = (night + turn) % cadence == 0
        guard isTurn ? random.chance(0.92) : random.chance(0.08) else { return [] }
        // Angle from the Sun, eastward: fields that set first are observed first.
        let angle = Coordinates.wrapped(grid.rightAscension(field: field) - Sun.rightAscension(Double(night)))
        guard angle > 50, angle < 310 else { return [] }
        let start = Double(night) + 0.1 + 0.4 * (angle - 50) / 260
        return survey == .ztf ? ztf(field, night, start, &random) : lsst(field, night, start, &random)
    }

    private func ztf(_ field: Int, _ night: Int, _ start: Double, _ random: inout RandomStream) -> [Exposure] {
        var bands: [Passband] = random.chance(0.5) ? [.g, .r] : [.r, .g]
        if random.chance(0.1) { bands.append(.i) }
        if random.chance(0.15) { bands.removeFirst() }
        var time = start + random.uniform(0, 0.01)
        var exposures: [Exposure] = []
        for (visit, band) in bands.enumerated() {
            let moon = moonlight(night)
            let depth = band == .g ? 20.9 - 0.9 * moon : band == .r ? 20.7 - 0.5 * moon : 20.1 - 0.25 * moon
            let seeing = max(1.6, random.normal(2.1, 0.35))
            exposures.append(
                Exposure(
                    field: field,
                    night: night,
                    visit: visit,
                    // ZTF's times are whole seconds to six digits of a day and more.
                    mjd: (time * 86_400).rounded() / 86_400,
                    band: band,
                    limit: depth - 0.5 * (seeing - 2.1) + random.normal(0, 0.12),
                    seeing: seeing,
                    zeroPoint: (band == .g ? 26.3 : band == .r ? 26.2 : 25.7) + random.normal(0, 0.05),
                    background: (band == .g ? 120 : band == .r ? 210 : 260) * (1 + 3 * moon * random.uniform(0.5, 1)),
                    duration: 30,
                    seed: random.next()
                )
            )
            time += random.uniform(0.018, 0.05)
        }
        return exposures
    }

    private func lsst(_ field: Int, _ night: Int, _ start: Double, _ random: inout RandomStream) -> [Exposure] {
        let moon = moonlight(night)
        let pairs: [(Passband, Passband)] =
            moon < 0.4 ? [(.u, .g), (.g, .r), (.r, .i), (.i, .z)] : [(.g, .r), (.r, .i), (.i, .z), (.z, .y), (.r, .y)]
        let pair = pairs[random.integer(pairs.count)]
        var time = start + random.uniform(0, 0.01)
        var exposures: [Exposure] = []
        for (visit, band) in [pair.0, pair.1].enumerated() {
            let depth: [Double] = [23.7, 24.8, 24.4, 23.9, 23.3, 22.4]
            exposures.append(
                Exposure(
                    field: field,
                    night: night,
                    visit: visit,
                    mjd: time + (15 + 37) / 86_400,
                    band: band,
                    limit: depth[band.rawValue] - 0.5 * moon + random.normal(0, 0.15),
                    seeing: max(2.6, random.normal(3.9, 0.6)),
                    zeroPoint: ABMagnitude.ofNanojansky,
                    background: 1500,
                    duration: 30,
                    seed: random.next()
                )
            )
            time += random.uniform(0.015, 0.03)
        }
        return exposures
    }

    /// Share of the Moon's disc that is lit.
    private func moonlight(_ night: Int) -> Double {
        0.5 - 0.5 * Portable.cos(2 * .pi * (Double(night) - 60_320.5) / 29.530589)
    }
}
