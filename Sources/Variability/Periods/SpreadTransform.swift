import CKissFFT
import Glibc

/// Sums a_j e^(-2 pi i k x_j) over points at any places x_j, for k = 0 ... `frequencies` at once: each point is spread over
/// eight cells of a grid with a Kaiser-Bessel kernel, the grid is transformed by FFT (KISS FFT), and the kernel's own transform
/// is divided out (Keiner, Kunis & Potts 2009, ACM TOMS 36, 19, "Kaiser-Bessel functions", m = 4, sigma = 1.25).
///
/// In single precision, with errors of some 1e-5 of the root of the sum of squares of a_j. Owns a plan and its memory, for one
/// thread at a time.
final class SpreadTransform {
    /// What the largest k is to the number of cells: 1 / (2 sigma).
    private static let share = (numerator: 2, denominator: 5)
    /// Half the width of the kernel, in cells.
    private static let halfWidth = 4
    /// The kernel's shape, pi (2 - 1 / sigma).
    private static let shape = 1.2 * Double.pi

    /// The number of cells.
    let size: Int
    /// The largest k.
    let frequencies: Int
    /// The sums of the last transform, before `correction`: `frequencies` + 1 of them, and more that mean nothing.
    let sums: UnsafeMutablePointer<kiss_fft_cpx>
    /// What each sum is multiplied with.
    let correction: [Float]

    private let plan: kiss_fftr_cfg
    private let grid: UnsafeMutablePointer<Float>
    private let scale: Double

    /// The smallest power of two of cells, between two bounds that are powers of two, with which k goes so far; the upper bound
    /// if none does.
    static func size(frequencies: Int, from least: Int, to most: Int) -> Int {
        var size = least
        while size < most, Self.frequencies(size: size) < frequencies { size *= 2 }
        return size
    }

    /// The largest k of so many cells.
    static func frequencies(size: Int) -> Int { size * share.numerator / share.denominator }

    /// A transform on a grid of so many cells, a power of two of at least 16. Nil where there is no memory for it.
    init?(size: Int) {
        guard let plan = kiss_fftr_alloc(Int32(size), 0, nil, nil) else { return nil }
        self.plan = plan
        self.size = size
        frequencies = Self.frequencies(size: size)
        grid = .allocate(capacity: size)
        sums = .allocate(capacity: size / 2 + 1)
        let peak = Self.besselI0(Double(Self.halfWidth) * Self.shape)
        scale = 1 / (Double.pi * peak)
        correction = (0...frequencies).map { k in
            let angle = 2 * Double.pi * Double(k) / Double(size)
            let root = (Self.shape * Self.shape - angle * angle).squareRoot()
            return Float(peak / Self.besselI0(Double(Self.halfWidth) * root))
        }
    }

    deinit {
        free(UnsafeMutableRawPointer(plan))
        grid.deallocate()
        sums.deallocate()
    }

    /// Transforms amplitudes at places, which in turns are `factor` times what is given: only the fraction counts. All are
    /// finite.
    func transform(_ amplitudes: ArraySlice<Double>, at places: ArraySlice<Double>, times factor: Double) {
        grid.update(repeating: 0, count: size)
        for (amplitude, place) in zip(amplitudes, places) {
            let turns = place * factor
            let cell = (turns - turns.rounded(.down)) * Double(size)
            let first = Int(cell) - Self.halfWidth + 1
            for step in 0..<(2 * Self.halfWidth) {
                let value = kernel(cell - Double(first + step))
                grid[(first + step) & (size - 1)] += Float(amplitude * value)
            }
        }
        kiss_fftr(plan, grid, sums)
    }

    /// sinh(b r) / (pi r), r^2 = m^2 - distance^2, over its transform's peak.
    private func kernel(_ distance: Double) -> Double {
        let root = max(Double(Self.halfWidth * Self.halfWidth) - distance * distance, 1e-12).squareRoot()
        let rising = exp(Self.shape * root)
        return scale * (rising - 1 / rising) / (2 * root)
    }

    /// The modified Bessel function of the first kind and order 0, by its power series (all terms positive).
    private static func besselI0(_ x: Double) -> Double {
        let quarter = x * x / 4
        var term = 1.0
        var sum = 1.0
        var k = 1.0
        while term > sum * 1e-17 {
            term *= quarter / (k * k)
            sum += term
            k += 1
        }
        return sum
    }
}
