import CKissFFT
import Glibc

/// Sums a_j e^(-2 pi i k x_j) over points at any places x_j, for all k from -`reach` to `reach` at once: each point is
/// spread over eight cells of a grid with a Kaiser-Bessel kernel, the grid is transformed by FFT (KISS FFT), and the
/// kernel's own transform is divided out (Keiner, Kunis & Potts 2009, ACM TOMS 36, 19, with m = 4 and sigma = 1.25).
///
/// In single precision, with errors of some 1e-5 of the root of the sum of squares of a_j. Owns a plan and its memory,
/// for one thread at a time.
final class SpreadTransform {
    /// Where a point lies on the grid, and its share in the cells from there on.
    struct Place {
        /// The first of eight cells.
        var cell: Int
        /// The shares, each twice: for the real and the imaginary part.
        var shares: SIMD16<Float>
    }

    private static let width = 8
    /// The kernel's shape, pi (2 - 1 / sigma).
    private static let shape = 1.2 * Double.pi

    /// The number of cells, a power of two.
    let size: Int
    /// The largest k: the number of cells / (2 sigma).
    let reach: Int

    private let plan: kiss_fft_cfg
    /// Eight cells more than the grid, which are its first again.
    private let grid: UnsafeMutablePointer<kiss_fft_cpx>
    private let sums: UnsafeMutablePointer<kiss_fft_cpx>
    /// What each sum is multiplied with, by |k|.
    private let correction: [Float]
    private let scale: Double

    /// The largest k of so many cells.
    static func reach(size: Int) -> Int { size * 2 / 5 }

    /// A transform on a grid of so many cells, a power of two of at least 16. Nil where there is no memory for it.
    init?(size: Int) {
        guard let plan = kiss_fft_alloc(Int32(size), 0, nil, nil) else { return nil }
        self.plan = plan
        self.size = size
        reach = Self.reach(size: size)
        grid = .allocate(capacity: size + Self.width)
        sums = .allocate(capacity: size)
        let half = Double(Self.width / 2)
        let peak = Self.besselI0(half * Self.shape)
        scale = 1 / (Double.pi * peak)
        correction = (0...reach).map { k in
            let angle = 2 * Double.pi * Double(k) / Double(size)
            let root = (Self.shape * Self.shape - angle * angle).squareRoot()
            return Float(peak / Self.besselI0(half * root))
        }
        clear()
    }

    deinit {
        free(UnsafeMutableRawPointer(plan))
        grid.deallocate()
        sums.deallocate()
    }

    /// Where a point lies whose place, in turns, is any finite number: only its fraction counts.
    func place(_ turns: Double) -> Place {
        let position = (turns - turns.rounded(.down)) * Double(size)
        let first = Int(position) - Self.width / 2 + 1
        var shares = SIMD16<Float>()
        for step in 0..<Self.width {
            let share = Float(kernel(position - Double(first + step)))
            shares[2 * step] = share
            shares[2 * step + 1] = share
        }
        return Place(cell: first & (size - 1), shares: shares)
    }

    /// Adds a point's amplitude.
    @inline(__always)
    func add(_ real: Float, _ imaginary: Float, at place: Place) {
        let pair = SIMD2(real, imaginary)
        let four = SIMD4(lowHalf: pair, highHalf: pair)
        let eight = SIMD8(lowHalf: four, highHalf: four)
        let cells = UnsafeMutableRawPointer(grid + place.cell)
        let sum =
            cells.loadUnaligned(as: SIMD16<Float>.self) + SIMD16(lowHalf: eight, highHalf: eight) * place.shares
        cells.storeBytes(of: sum, as: SIMD16<Float>.self)
    }

    /// Transforms what was added since the last time.
    func transform() {
        for cell in 0..<Self.width {
            grid[cell].r += grid[size + cell].r
            grid[cell].i += grid[size + cell].i
        }
        kiss_fft(plan, grid, sums)
        clear()
    }

    /// A sum of the last transform, real and imaginary part.
    @inline(__always)
    subscript(k: Int) -> (real: Float, imaginary: Float) {
        let sum = sums[k & (size - 1)]
        let factor = correction[abs(k)]
        return (sum.r * factor, sum.i * factor)
    }

    private func clear() {
        grid.update(repeating: kiss_fft_cpx(r: 0, i: 0), count: size + Self.width)
    }

    /// sinh(b r) / (pi r), r^2 = m^2 - distance^2, over its transform's peak.
    private func kernel(_ distance: Double) -> Double {
        let root = max(16 - distance * distance, 1e-12).squareRoot()
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
