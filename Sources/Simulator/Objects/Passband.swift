internal import Sky

/// The bands of the simulation. ZTF has g, r and i of them, LSST all six.
enum Passband: Int, CaseIterable, Sendable {
    case u, g, r, i, z, y

    /// Effective wavelength in Ångström (Rubin; ZTF's g, r and i lie within 3 %).
    var wavelength: Double {
        switch self {
        case .u: 3671
        case .g: 4827
        case .r: 6223
        case .i: 7546
        case .z: 8691
        case .y: 9712
        }
    }

    /// ZTF's filter number (1 g, 2 r, 3 i).
    var ztfFilter: Int { rawValue }

    /// The band's letter.
    var name: String {
        switch self {
        case .u: "u"
        case .g: "g"
        case .r: "r"
        case .i: "i"
        case .z: "z"
        case .y: "y"
        }
    }
}

/// One value for each band.
typealias PerBand = SIMD8<Double>

extension SIMD8<Double> {
    /// The value of a band.
    subscript(band: Passband) -> Double {
        get { self[band.rawValue] }
        set { self[band.rawValue] = newValue }
    }

    /// Values of the six bands.
    init(_ u: Double, _ g: Double, _ r: Double, _ i: Double, _ z: Double, _ y: Double) {
        self.init(u, g, r, i, z, y, 0, 0)
    }
}

/// AB magnitudes and fluxes.
enum Photometric {
    /// Flux in nJy of an AB magnitude (zero point 3631 Jy).
    static func flux(_ magnitude: Double) -> Double {
        Portable.power10((ABMagnitude.ofNanojansky - magnitude) / 2.5)
    }

    /// AB magnitude of a flux in nJy.
    static func magnitude(_ flux: Double) -> Double {
        ABMagnitude.ofNanojansky - 2.5 * Portable.log10(flux)
    }
}
