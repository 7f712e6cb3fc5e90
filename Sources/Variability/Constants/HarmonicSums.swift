import Glibc

/// Sums of weights times the cosines and sines of multiples of each point's phase: all that a fit of harmonics needs.
struct HarmonicSums {
    private(set) var cosines: [Double]
    private(set) var sines: [Double]

    /// Sums over phases (in turns) up to a multiple.
    init(upTo most: Int, phases: [Double], weights: [Double]) {
        var cosines = Array(repeating: 0.0, count: most + 1)
        var sines = cosines
        for (phase, weight) in zip(phases, weights) {
            let cosine = cos(2 * Double.pi * phase)
            let sine = sin(2 * Double.pi * phase)
            var real = weight
            var imaginary = 0.0
            for k in 0...most {
                cosines[k] += real
                sines[k] += imaginary
                (real, imaginary) = (real * cosine - imaginary * sine, real * sine + imaginary * cosine)
            }
        }
        self.cosines = cosines
        self.sines = sines
    }

    /// The normal matrix of 1, cos h1, sin h1, cos h2, sin h2 ... in rows, by cos a cos b = (cos(a-b) + cos(a+b)) / 2
    /// and so on.
    func matrix(of harmonics: [Int]) -> [Double] {
        let size = 2 * harmonics.count + 1
        var matrix = Array(repeating: 0.0, count: size * size)
        let terms = [0] + harmonics.flatMap { [$0, $0] }
        for row in 0..<size {
            for column in 0...row {
                let (a, b) = (terms[row], terms[column])
                // Odd places are cosines, and so is the constant.
                let value: Double
                switch (row % 2 == 1 || row == 0, column % 2 == 1 || column == 0) {
                case (true, true): value = (cosines[a - b] + cosines[a + b]) / 2
                case (false, false): value = (cosines[a - b] - cosines[a + b]) / 2
                case (false, true): value = (sines[a + b] + sines[a - b]) / 2
                case (true, false): value = (sines[a + b] - sines[a - b]) / 2
                }
                matrix[row * size + column] = value
                matrix[column * size + row] = value
            }
        }
        return matrix
    }

    /// The right-hand side of the same, where the weights were multiplied with the values.
    func vector(of harmonics: [Int]) -> [Double] {
        [cosines[0]] + harmonics.flatMap { [cosines[$0], sines[$0]] }
    }
}
