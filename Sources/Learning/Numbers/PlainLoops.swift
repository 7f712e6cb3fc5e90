/// What stands between the products, by its definition.
extension TrainingScalar {
    package static func normForward(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Self>,
        gain: UnsafePointer<Self>,
        bias: UnsafePointer<Self>,
        epsilon: Self,
        _ y: UnsafeMutablePointer<Self>,
        standardised: UnsafeMutablePointer<Self>,
        inverse: UnsafeMutablePointer<Self>
    ) {
        for row in 0..<rows {
            let place = row * width
            let (x, y, s) = (x + place, y + place, standardised + place)
            var sum: Self = 0
            for j in 0..<width { sum += x[j] }
            let mean = sum / Self(width)
            var square: Self = 0
            for j in 0..<width { square += (x[j] - mean) * (x[j] - mean) }
            let scale = 1 / (square / Self(width) + epsilon).squareRoot()
            for j in 0..<width {
                s[j] = (x[j] - mean) * scale
                y[j] = s[j] * gain[j] + bias[j]
            }
            inverse[row] = scale
        }
    }

    package static func normBackward(
        rows: Int,
        width: Int,
        standardised: UnsafePointer<Self>,
        inverse: UnsafePointer<Self>,
        gain: UnsafePointer<Self>,
        _ dy: UnsafePointer<Self>,
        _ dx: UnsafeMutablePointer<Self>,
        adds: Bool,
        gainGradient: UnsafeMutablePointer<Self>,
        biasGradient: UnsafeMutablePointer<Self>
    ) {
        for row in 0..<rows {
            let place = row * width
            let (s, dy, dx) = (standardised + place, dy + place, dx + place)
            var (sum, product): (Self, Self) = (0, 0)
            for j in 0..<width {
                let scaled = dy[j] * gain[j]
                sum += scaled
                product += scaled * s[j]
                gainGradient[j] += dy[j] * s[j]
                biasGradient[j] += dy[j]
            }
            let (mean, slope) = (sum / Self(width), product / Self(width))
            for j in 0..<width {
                let gradient = inverse[row] * (dy[j] * gain[j] - mean - s[j] * slope)
                dx[j] = adds ? dx[j] + gradient : gradient
            }
        }
    }

    package static func gelu(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>) {
        let root = Self(0.5).squareRoot()
        for i in 0..<count { y[i] = x[i] / 2 * (1 + errorFunction(x[i] * root)) }
    }

    package static func geluBackward(_ count: Int, _ x: UnsafePointer<Self>, _ gradient: UnsafeMutablePointer<Self>) {
        let (root, density) = (Self(0.5).squareRoot(), 1 / Self(2 * Double.pi).squareRoot())
        for i in 0..<count {
            let distribution = (1 + errorFunction(x[i] * root)) / 2
            gradient[i] *= distribution + x[i] * density * exponential(-x[i] * x[i] / 2)
        }
    }

    package static func geluForwardBackward(
        _ count: Int,
        _ x: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>,
        _ gradient: UnsafeMutablePointer<Self>
    ) {
        gelu(count, x, y)
        geluBackward(count, x, gradient)
    }

    package static func reluPool4(rows: Int, width: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>) {
        for row in 0..<rows {
            for j in 0..<width {
                var top: Self = 0
                for k in 0..<4 {
                    let value = x[(4 * row + k) * width + j]
                    // What is no number stays so, and the loss shows it.
                    if !(value <= top) { top = top.isNaN ? top : value }
                }
                y[row * width + j] = top
            }
        }
    }

    package static func reluPool4Backward(
        rows: Int,
        width: Int,
        _ x: UnsafePointer<Self>,
        _ y: UnsafePointer<Self>,
        gradient: UnsafePointer<Self>,
        _ dx: UnsafeMutablePointer<Self>
    ) {
        for row in 0..<rows {
            for j in 0..<width {
                let place = row * width + j
                var isOpen = y[place] > 0
                for k in 0..<4 {
                    let from = (4 * row + k) * width + j
                    let isChosen = isOpen && x[from] == y[place]
                    dx[from] = isChosen ? gradient[place] : 0
                    if isChosen { isOpen = false }
                }
            }
        }
    }

    package static func squares(_ count: Int, _ x: UnsafePointer<Self>) -> Self {
        var sum: Self = 0
        for i in 0..<count { sum += x[i] * x[i] }
        return sum
    }

    package static func add(_ count: Int, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>) {
        for i in 0..<count { y[i] += x[i] }
    }

    package static func adamW(_ count: Int, _ step: AdamWStep<Self>) {
        for i in 0..<count {
            let gradient = step.gradients[i] * step.gradientFactor
            step.first[i] = step.beta1 * step.first[i] + (1 - step.beta1) * gradient
            step.second[i] = step.beta2 * step.second[i] + (1 - step.beta2) * gradient * gradient
            let denominator = (step.second[i] / step.secondCorrection).squareRoot() + step.epsilon
            step.values[i] -= step.rate * step.decay * step.values[i]
            step.values[i] -= step.rate * (step.first[i] / step.firstCorrection) / denominator
        }
    }
}
