/// Rectified linear unit, in place: max(x, 0). The backward needs the result alone.
enum Rectifier {
    static func forward<Scalar: TrainingScalar>(_ count: Int, _ x: UnsafeMutablePointer<Scalar>) {
        // What is no number stays so, and the loss shows it.
        for i in 0..<count where x[i] < 0 { x[i] = 0 }
    }

    /// Takes away the gradient where the result was 0.
    static func backward<Scalar: TrainingScalar>(
        _ count: Int,
        _ y: UnsafePointer<Scalar>,
        _ gradient: UnsafeMutablePointer<Scalar>
    ) {
        for i in 0..<count where !(y[i] > 0) { gradient[i] = 0 }
    }
}

/// Rows divided by their Euclidean length; a row of zeros stays, and has no gradient.
enum UnitRows {
    /// Normalises in place; keeps 1 / length of each row, 0 for a row of zeros.
    static func forward<Scalar: TrainingScalar>(
        rows: Int,
        width: Int,
        _ x: UnsafeMutablePointer<Scalar>,
        inverse: UnsafeMutablePointer<Scalar>
    ) {
        for row in 0..<rows {
            let x = x + row * width
            var square: Scalar = 0
            for j in 0..<width { square += x[j] * x[j] }
            inverse[row] = square > 0 ? 1 / square.squareRoot() : 0
            for j in 0..<width { x[j] *= inverse[row] }
        }
    }

    /// The gradient of what was normalised, in place of that of the unit rows: (g - y (y g)) / length.
    static func backward<Scalar: TrainingScalar>(
        rows: Int,
        width: Int,
        _ y: UnsafePointer<Scalar>,
        inverse: UnsafePointer<Scalar>,
        _ gradient: UnsafeMutablePointer<Scalar>
    ) {
        for row in 0..<rows {
            let (y, gradient) = (y + row * width, gradient + row * width)
            var dot: Scalar = 0
            for j in 0..<width { dot += y[j] * gradient[j] }
            for j in 0..<width { gradient[j] = inverse[row] * (gradient[j] - y[j] * dot) }
        }
    }
}
