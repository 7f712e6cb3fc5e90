/// The sums of a sinusoid's fit to points whose weights add up to 1 and whose chi2 without it is 1, the bands' means
/// taken out.
struct NormalEquations<Number: BinaryFloatingPoint> {
    /// weight cos^2.
    var cosine: Number = 0
    /// weight sin^2.
    var sine: Number = 0
    /// weight cos sin.
    var mixed: Number = 0

    /// The share of chi2 that the best sinusoid removes, of the sums of weight value cos and weight value sin. The
    /// ridge keeps frequencies at which all points have one phase from dividing by nothing.
    @inline(__always)
    func power(_ cosines: Number, _ sines: Number, ridge: Number) -> Number {
        let c = cosine + ridge
        let s = sine + ridge
        let power =
            (s * cosines * cosines + c * sines * sines - 2 * mixed * cosines * sines) / (c * s - mixed * mixed)
        return power >= 0 ? min(power, 1) : 0
    }
}
