import AstroM3
import Testing

@testable import Learning

/// Gradients against central differences.
enum CentralDifferences {
    /// Tries some numbers of every parameter whose name begins so, at random, and its first and last; `expected` of them at the
    /// least must have a slope.
    static func check(
        _ network: TrainedNetwork<Double>,
        _ input: NetworkInput<Double>,
        of prefix: String = "",
        places count: Int = 12,
        atLeast expected: Int
    ) {
        #expect(network.step(input) > 0)
        let gradients = network.gradients.values(network.layout.count)
        var (generator, checked) = (Numbers(11), 0)
        for parameter in network.layout.parameters where parameter.name.hasPrefix(prefix) {
            let offset = network.layout.offset(of: parameter)
            var places = Set((0..<count).map { _ in generator.index(below: parameter.count) })
            places.formUnion([0, parameter.count - 1])
            for place in places {
                let number = offset + place
                let found = gradients[number]
                let slope = difference(network, input, number)
                let scale = max(1e-4, abs(slope))
                #expect(abs(found - slope) < 1e-5 * max(1, scale * 100), "\(parameter.name)[\(place)]")
                if abs(slope) > 1e-6 { checked += 1 }
            }
        }
        #expect(checked > expected, "\(checked)")
    }

    private static func difference(
        _ network: TrainedNetwork<Double>,
        _ input: NetworkInput<Double>,
        _ number: Int
    ) -> Double {
        let (step, value) = (1e-6, network.values.pointer[number])
        network.values.pointer[number] = value + step
        let above = network.value(input)
        network.values.pointer[number] = value - step
        let below = network.value(input)
        network.values.pointer[number] = value
        return (above - below) / (2 * step)
    }
}
