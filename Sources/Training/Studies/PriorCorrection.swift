internal import Glibc

/// What a model says when rare classes count as much as common ones: the class for which p / share^t is largest (logit adjustment
/// after training; Menon et al. 2021, arXiv 2007.07314). A model that is right about its probabilities says common classes, which
/// balanced accuracy does not reward; how far it is to be bent, t, is found by answers to other objects than those it is used on.
struct PriorCorrection {
    /// An answer whose label is known: number of the class, and the probability of each.
    typealias Answer = (label: Int, probabilities: [Double])

    /// t: of 0, 1/8 ... 3/2 the one with the best balanced accuracy, the least of equals.
    let exponent: Double
    private let logShares: [Double]

    private static let exponents = (0...12).map { Double($0) / 8 }

    /// - Parameter answers: of any number of models, to objects of which the labels' shares are taken too. Of none the correction
    ///   changes nothing.
    init(fittedTo answers: [Answer], classes: Int) {
        var counts = [Int](repeating: 0, count: classes)
        for answer in answers { counts[answer.label] += 1 }
        // A class that is not there counts as if one object had it: nothing is divided by 0.
        let logShares = counts.map { log(Double(max($0, 1)) / Double(max(answers.count, 1))) }
        self.logShares = logShares
        let inLogarithms = answers.map { (label: $0.label, probabilities: Self.logarithms($0.probabilities)) }
        var best = (exponent: 0.0, balanced: -1.0)
        for exponent in Self.exponents {
            var right = [Int](repeating: 0, count: classes)
            for answer in inLogarithms
            where Self.choice(answer.probabilities, exponent, logShares) == answer.label { right[answer.label] += 1 }
            let recalls = zip(right, counts).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) }
            let balanced = recalls.isEmpty ? 0 : recalls.reduce(0, +) / Double(recalls.count)
            if balanced > best.balanced + 1e-12 { best = (exponent, balanced) }
        }
        exponent = best.exponent
    }

    /// The class that is said of an object.
    func choice(_ probabilities: [Double]) -> Int? { Self.choice(Self.logarithms(probabilities), exponent, logShares) }

    private static func choice(_ logarithms: [Double], _ exponent: Double, _ logShares: [Double]) -> Int? {
        var best: (place: Int, value: Double)?
        for (place, value) in logarithms.enumerated() {
            let value = value - exponent * logShares[place]
            if value > best?.value ?? -.infinity { best = (place, value) }
        }
        return best?.place
    }

    private static func logarithms(_ probabilities: [Double]) -> [Double] { probabilities.map { log(max($0, 1e-12)) } }
}
