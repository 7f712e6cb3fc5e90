/// A small symmetric system with a ridge, solved by Cholesky's decomposition.
struct RidgeSystem {
    /// The solution.
    private(set) var solution: [Double]
    /// L^-1 b, where L L^T is the matrix with its ridge: its squares add up to what the terms explain, one after the
    /// other.
    private(set) var explained: [Double]

    /// Solves (A + diag(ridge)) x = b; A is positive semidefinite, in rows, and each ridge above 0.
    init(_ matrix: [Double], _ vector: [Double], ridge: [Double]) {
        let size = vector.count
        var lower = matrix
        var forward = vector
        for row in 0..<size {
            for column in 0...row {
                var sum = matrix[row * size + column]
                for k in 0..<column { sum -= lower[row * size + k] * lower[column * size + k] }
                if row == column {
                    lower[row * size + row] = max(sum + ridge[row], ridge[row] * 1e-3).squareRoot()
                } else {
                    lower[row * size + column] = sum / lower[column * size + column]
                }
            }
            for k in 0..<row { forward[row] -= lower[row * size + k] * forward[k] }
            forward[row] /= lower[row * size + row]
        }
        var solution = forward
        for row in stride(from: size - 1, through: 0, by: -1) {
            for k in (row + 1)..<max(size, row + 1) { solution[row] -= lower[k * size + row] * solution[k] }
            solution[row] /= lower[row * size + row]
        }
        self.solution = solution
        explained = forward
    }
}
