/// The lines by which types of explosions are told apart near maximum light (Filippenko 1997; Gal-Yam 2017).
enum ExplosionFeatures {
    static func add(_ sourceClass: SourceClass, _ lines: inout SpectralLines, _ random: inout RandomStream) {
        switch sourceClass {
        case .supernovaIa:
            let velocity = random.normal(11_000, 900)
            lines.pCygni(6355, depth: 0.55, velocity: velocity)
            lines.pCygni(5972, depth: 0.2, velocity: velocity)
            lines.pCygni(5640, depth: 0.25, velocity: velocity * 0.85)
            lines.pCygni(5454, depth: 0.22, velocity: velocity * 0.85)
            lines.pCygni(3945, depth: 0.6, velocity: velocity * 1.3)
            lines.pCygni(8579, depth: 0.4, velocity: velocity * 1.2)
            lines.pCygni(4481, depth: 0.35, velocity: velocity)
            lines.pCygni(5000, depth: 0.35, velocity: velocity)
        case .supernovaIbc:
            let velocity = random.normal(10_000, 1800)
            if random.chance(0.5) {
                for rest in [5876.0, 6678, 7065] { lines.pCygni(rest, depth: 0.4, velocity: velocity) }
            }
            lines.pCygni(7774, depth: 0.35, velocity: velocity)
            lines.pCygni(8579, depth: 0.45, velocity: velocity, emission: 0.9)
            lines.pCygni(5169, depth: 0.35, velocity: velocity)
            lines.pCygni(4924, depth: 0.3, velocity: velocity)
            lines.pCygni(3945, depth: 0.5, velocity: velocity)
        case .supernovaII:
            let velocity = random.normal(7_500, 1200)
            for (rest, depth) in zip(SpectralLines.balmer, [0.4, 0.45, 0.4, 0.35, 0.3]) {
                lines.pCygni(rest, depth: depth, velocity: velocity, emission: rest > 6500 ? 2.4 : 0.8)
            }
            lines.pCygni(5169, depth: 0.25, velocity: velocity * 0.8)
            lines.pCygni(5890, depth: 0.2, velocity: velocity * 0.8)
        case .supernovaIIn:
            for (rest, strength) in zip(SpectralLines.balmer, [1.6, 0.7, 0.4, 0.25, 0.15]) {
                lines.line(rest, depth: -strength * random.uniform(0.6, 1.4), width: 28)
                lines.line(rest, depth: -strength * random.uniform(0.6, 1.4), width: 4)
            }
            lines.line(5876, depth: -0.3, width: 22)
        case .superluminous:
            let velocity = random.normal(13_000, 1500)
            // The five blends of ionised oxygen between 3700 and 4700.
            for rest in [3737.0, 3959, 4115, 4358, 4651] { lines.pCygni(rest, depth: 0.22, velocity: velocity) }
        default:
            lines.line(4685.7, depth: -random.uniform(0.3, 0.8), width: 75)
            lines.line(6562.8, depth: -random.uniform(0, 0.9), width: 85)
            lines.line(4861.3, depth: -random.uniform(0, 0.4), width: 65)
        }
    }
}
