import Glibc
package import Sky

/// Brightness of one object at some times, in one band or more: what periods and constants are computed from.
package struct StarPhotometry: Hashable, Sendable {
    /// One measurement.
    package struct Point: Hashable, Sendable {
        /// Time in days.
        package var time: Double
        /// Magnitude. `PeriodSearch` takes any measure of brightness.
        package var value: Float
        /// One standard deviation of `value`; NaN or 0 where it is not known.
        package var error: Float
        /// Number of the band, any that tells bands apart.
        package var band: Int

        /// A measurement, in the only band unless given.
        package init(time: Double, value: Float, error: Float, band: Int = 0) {
            self.time = time
            self.value = value
            self.error = error
            self.band = band
        }

        /// Whether it says anything: a finite value at a time that can be one (within 10^9 days).
        var isUsable: Bool { value.isFinite && abs(time) <= 1e9 }

        /// The order in which everything here adds up, so that the order of the input changes no bit.
        static func precedes(_ left: Point, _ right: Point) -> Bool {
            (left.time, left.band, left.value, left.error) < (right.time, right.band, right.value, right.error)
        }
    }

    /// The measurements, in any order.
    package var points: [Point]

    /// Measurements in any order. Those without a finite time and value are passed over where they are used.
    package init(points: [Point]) {
        self.points = points
    }

    /// The magnitudes of a light curve's detections: -2.5 log10 of the total flux in nJy + 31.4.
    ///
    /// Forced photometry and upper limits are left out, and so is what has no total flux above 0. Bands are told apart
    /// by wavelength and numbered from the shortest; points of unknown wavelength are one band, the last.
    package init(detections lightCurve: LightCurve) {
        let detections = lightCurve.points.filter { $0.kind == .detection && $0.totalFlux > 0 && $0.totalFlux.isFinite }
        let wavelengths = Set(detections.map(\.wavelength).filter { !$0.isNaN }).sorted()
        points = detections.map { point in
            let flux = Double(point.totalFlux)
            return Point(
                time: point.mjd,
                value: Float(ABMagnitude.of(flux)),
                error: Float(2.5 / log(10) * Double(point.totalFluxErr) / flux),
                band: wavelengths.firstIndex(of: point.wavelength) ?? wavelengths.count
            )
        }
    }
}
