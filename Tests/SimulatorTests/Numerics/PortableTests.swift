import Foundation
import Testing

@testable import Simulator

@Suite struct PortableTests {
    private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
        (a - b).magnitude <= tolerance * max(1e-300, max(a.magnitude, b.magnitude))
    }

    @Test func exponentialAndLogarithmAgreeWithTheCLibrary() {
        for step in -6999...6999 {
            let x = Double(step) * 0.1
            #expect(isClose(Portable.exp(x), Foundation.exp(x)), "exp(\(x))")
            let y = Foundation.exp(x * 0.9)
            #expect((Portable.log(y) - Foundation.log(y)).magnitude < 1e-12, "log(\(y))")
        }
        #expect(Portable.exp(-1000) == 0 && Portable.exp(1000) == .infinity)
        #expect(Portable.exp(.nan).isNaN && Portable.log(-1).isNaN && Portable.log(0) == -.infinity)
        #expect(isClose(Portable.power10(3), 1000) && isClose(Portable.power(2, 0.5), 2.0.squareRoot()))
    }

    @Test func anglesAgreeWithTheCLibrary() {
        for step in -5000...5000 {
            let x = Double(step) * 0.37
            #expect((Portable.sin(x) - Foundation.sin(x)).magnitude < 1e-12, "sin(\(x))")
            #expect((Portable.cos(x) - Foundation.cos(x)).magnitude < 1e-12, "cos(\(x))")
            let y = Double(step % 71) - 35
            #expect((Portable.arctan2(y, x) - Foundation.atan2(y, x)).magnitude < 1e-12, "atan2(\(y), \(x))")
        }
        for step in -100...100 {
            let x = Double(step) / 100
            #expect((Portable.arcsin(x) - Foundation.asin(x)).magnitude < 1e-9, "asin(\(x))")
        }
    }
}
