/// A survey's fixed grid of fields, in rings of declination.
struct FieldGrid: Sendable {
    struct Ring {
        var south: Double
        var count: Int
        var first: Int
    }

    /// Degrees along a side of a field.
    let size: Double
    let rings: [Ring]
    let fieldCount: Int
    /// Number of the first field.
    let firstField: Int
    /// Detectors along a side, pixels along a side of a detector.
    let detectorsAlong: Int
    let pixels: (x: Double, y: Double)

    init(
        declinations: ClosedRange<Double>,
        size: Double,
        firstField: Int,
        detectorsAlong: Int,
        pixels: (x: Double, y: Double)
    ) {
        self.size = size
        self.firstField = firstField
        self.detectorsAlong = detectorsAlong
        self.pixels = pixels
        var rings: [Ring] = []
        var south = declinations.lowerBound
        var count = 0
        while south < declinations.upperBound {
            let middle = south + size / 2
            let around = max(1, Int((360 * Portable.cos(middle * .pi / 180) / size).rounded(.up)))
            rings.append(Ring(south: south, count: around, first: count))
            count += around
            south += size
        }
        self.rings = rings
        fieldCount = count
    }

    /// Where a position falls: the field's index from 0 (not its number), detector and pixel.
    func placement(ra: Double, dec: Double) -> Placement {
        let last = rings.count - 1
        let index = min(last, max(0, Int((dec - rings[0].south) / size)))
        let ring = rings[index]
        let around = Coordinates.wrapped(ra) / 360 * Double(ring.count)
        let column = min(ring.count - 1, Int(around))
        let along = Double(detectorsAlong)
        let u = min(along - 1e-9, max(0, (around - Double(column)) * along))
        let v = min(along - 1e-9, max(0, (dec - ring.south) / size * along))
        return Placement(
            field: ring.first + column,
            detector: Int(v) * detectorsAlong + Int(u),
            x: (u - u.rounded(.down)) * pixels.x,
            y: (v - v.rounded(.down)) * pixels.y
        )
    }

    /// Right ascension of a field's middle.
    func rightAscension(field: Int) -> Double {
        let ring = rings.last { $0.first <= field } ?? rings[0]
        return (Double(field - ring.first) + 0.5) / Double(ring.count) * 360
    }
}
