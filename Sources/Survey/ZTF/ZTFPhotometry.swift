internal import Sky

/// ZTF's magnitudes and counts as fluxes in nJy.
///
/// A ZTF alert gives the difference between an exposure and a reference image, and beside it the nearest source of the
/// reference image's PSF catalogue. Where that source is the object itself, the two together are its total flux.
enum ZTFPhotometry {
    /// Arcseconds a pixel. `distnr` of `candidate` and of `prv_candidates` is in pixels, that of forced photometry in
    /// arcseconds, as the schemas say. (Camera: 1.01 arcsec, Dekany et al. 2020, PASP 132, 038001; in real packets
    /// the distance to `ranr`, `decnr` is 1.0127 times `distnr`.)
    static let pixelScale = 1.0127

    /// How near the reference source must be to be the object itself, in arcseconds.
    static var referenceRadius: Double { AlertContext.totalRadius }

    /// Difference flux of `magpsf` and `sigmapsf`: sign 10^((31.4 - magpsf) / 2.5), error flux sigma ln(10) / 2.5.
    ///
    /// ZTF calibrates to Pan-STARRS1, whose magnitudes are AB (Masci et al. 2019, section 3.5).
    static func difference(magnitude: Double, sigma: Double, isPositive: Bool) -> Flux {
        let flux = Flux.magnitude(magnitude, sigma: sigma)
        return isPositive ? flux : Flux(value: -flux.value, error: flux.error)
    }

    /// Forced difference flux: counts DN with zero point `magzpsci` are DN 10^((31.4 - magzpsci) / 2.5) nJy (Masci et
    /// al. 2023, arXiv:2305.16279, section 6: m = zp - 2.5 log10 DN).
    static func forced(counts: Double, uncertainty: Double, zeroPoint: Double) -> Flux {
        Flux(value: counts, error: uncertainty) * Flux.nanojansky(magnitude: zeroPoint)
    }

    /// Total flux: that of the reference source and the difference together.
    ///
    /// Science minus reference is the difference (`isdiffpos` true) or minus it (false), so that with the sign in the
    /// difference flux the sum holds for both: the `dc_mag` of the brokers (Fink, Lasair), Masci et al. 2023 section
    /// 6.5. The errors are added in quadrature. Subtracting the reference's variance, which the difference's already
    /// holds, would be right if the catalogue's flux were the very pixels that were subtracted; it is a fit of its own
    /// with another centroid and PSF, and the difference of the variances is often negative. Adding is Masci's
    /// conservative choice, and never too small.
    /// - Parameter distance: of the reference source in arcseconds.
    /// - Returns: unknown where no reference source stands at the position.
    static func total(
        difference: Flux,
        referenceMagnitude: Double?,
        referenceSigma: Double,
        distance: Double?
    ) -> Flux {
        guard let referenceMagnitude, let distance, distance >= 0, distance <= referenceRadius else { return .unknown }
        return Flux.magnitude(referenceMagnitude, sigma: referenceSigma) + difference
    }

    /// Five standard deviations in nJy of `diffmaglim`, the 5-sigma limiting magnitude; nil where it is none: a real
    /// packet of 2018 has -1006.94, whose flux is no number.
    static func limit(_ diffmaglim: Double?) -> Double? {
        known(diffmaglim).flatMap { Optional(Flux.nanojansky(magnitude: $0)).known }
    }

    /// A value of a ZTF packet unless it is null, NaN, or the -999 or -99999 that ZTF writes for none.
    static func known(_ value: Double?) -> Double? {
        guard let value = value.known, value != -999, value != -99_999 else { return nil }
        return value
    }

    /// A standard deviation, NaN where there is none.
    static func deviation(_ value: Double?) -> Double {
        known(value).deviation
    }

    /// What the text `isdiffpos` says: `t`, `1`, `true` positive, `f`, `0`, `false` negative, else nothing.
    static func isPositive(_ firstByte: UInt8) -> Bool? {
        switch firstByte {
        case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "1"): true
        case UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "0"): false
        default: nil
        }
    }
}
