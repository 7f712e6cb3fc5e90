/// The three images of a Rubin alert: FITS files of 30 x 30 pixels of 0.2 arcseconds in nJy, each with an extension
/// for the variance and one for the point spread function.
struct LSSTStamps: Sendable {
    private static let side = 30
    private static let spread = 41
    private let noise: Noise
    /// A whole file, the pixels still 0, with a variance plane of noise.
    private let blank: [UInt8]
    private let pixelStart: Int
    private let centreCards: Int

    init(seed: UInt64) {
        noise = Noise(seed: seed)
        var file = FITS.header(
            Self.axes(-32, Self.side, primary: true)
                + [
                    FITS.card("EXTEND", "T"), FITS.card("CUTMINX", "1541"), FITS.card("CUTMINY", "101"),
                    FITS.card("ROTPA", "41.5831256817286"), FITS.card("BUNIT", text: "nJy"), FITS.card("WCSAXES", "2"),
                    FITS.card("CRPIX1", "15.5"), FITS.card("CRPIX2", "15.5"),
                    FITS.card("PC1_1", "-5.5555555555556E-05"),
                    FITS.card("PC1_2", "0.0"), FITS.card("PC2_1", "0.0"), FITS.card("PC2_2", "5.55555555555556E-05"),
                    FITS.card("CDELT1", "1.0"), FITS.card("CDELT2", "1.0"), FITS.card("CRVAL1", "0.0"),
                    FITS.card("CRVAL2", "0.0"), FITS.card("CTYPE1", text: "RA---TAN"),
                    FITS.card("CTYPE2", text: "DEC--TAN"),
                ]
        )
        // CRVAL1 is the 20th card, CRVAL2 follows.
        centreCards = 19 * 80
        pixelStart = file.count
        file += [UInt8](repeating: 0, count: 4 * Self.side * Self.side)
        file += [UInt8](repeating: 0, count: FITS.padding(file.count))
        file += FITS.header(Self.axes(-32, Self.side, primary: false) + [FITS.card("EXTNAME", text: "UNCERT")])
        FITS.append(noise.stretch(Self.side * Self.side, 17).map { 1600 + 60 * $0 }, to: &file)
        file += [UInt8](repeating: 0, count: FITS.padding(file.count))
        file += FITS.header(Self.axes(-64, Self.spread, primary: false) + [FITS.card("EXTNAME", text: "PSFIMAGE")])
        var star = Patch(width: Self.spread, height: Self.spread)
        star.addStar(flux: 1, fwhm: 3.9, dx: 0, dy: 0)
        for pixel in star.pixels {
            withUnsafeBytes(of: Double(pixel).bitPattern.bigEndian) { file.append(contentsOf: $0) }
        }
        file += [UInt8](repeating: 0, count: FITS.padding(file.count))
        blank = file
    }

    private static func axes(_ type: Int, _ side: Int, primary: Bool) -> [String] {
        let first = primary ? FITS.card("SIMPLE", "T") : FITS.card("XTENSION", text: "IMAGE")
        let shape = [
            first, FITS.card("BITPIX", "\(type)"), FITS.card("NAXIS", "2"), FITS.card("NAXIS1", "\(side)"),
            FITS.card("NAXIS2", "\(side)"),
        ]
        return primary ? shape : shape + [FITS.card("PCOUNT", "0"), FITS.card("GCOUNT", "1")]
    }

    struct Images {
        var science: [UInt8]
        var template: [UInt8]
        var difference: [UInt8]
    }

    /// The images of a measurement.
    func images(_ source: SimulatedSource, _ measurement: Measurement) -> Images {
        let exposure = measurement.exposure
        var random = RandomStream(source.seed, .image, exposure.seed)
        let jitter = (random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5))
        var steady = Patch(width: Self.side, height: Self.side)
        let starlight = source.light.referenceFlux(in: exposure.band)
        if starlight > 0 { steady.addStar(flux: starlight, fwhm: exposure.seeing, dx: jitter.0, dy: jitter.1) }
        if let host = source.host {
            steady.addDisc(
                host,
                flux: Photometric.flux(host.magnitudes[exposure.band]),
                scale: host.scale / 0.2,
                fwhm: exposure.seeing,
                dx: jitter.0 - host.offsetRa / 0.2,
                dy: jitter.1 - host.offsetDec / 0.2
            )
        }
        var difference = Patch(width: Self.side, height: Self.side)
        difference.addStar(
            flux: measurement.flux,
            fwhm: source.sourceClass == .bogus ? 1.2 : exposure.seeing,
            dx: jitter.0,
            dy: jitter.1
        )
        var science = steady
        for index in science.pixels.indices { science.pixels[index] += difference.pixels[index] }
        let pixelNoise = Float(exposure.backgroundError / (0.42 * exposure.seeing * 3.545))
        return Images(
            science: file(science, source, pixelNoise, &random),
            template: file(steady, source, pixelNoise / 4, &random),
            difference: file(difference, source, pixelNoise * 1.03, &random)
        )
    }

    private func file(
        _ patch: Patch,
        _ source: SimulatedSource,
        _ deviation: Float,
        _ random: inout RandomStream
    ) -> [UInt8] {
        var file = blank
        let normals = noise.stretch(patch.pixels.count, random.next())
        let cards = [FITS.card("CRVAL1", "\(source.ra)"), FITS.card("CRVAL2", "\(source.dec)")]
        file.withUnsafeMutableBytes { bytes in
            for (place, normal) in normals.enumerated() {
                let pixel = patch.pixels[place] + deviation * normal
                bytes.storeBytes(of: pixel.bitPattern.bigEndian, toByteOffset: pixelStart + 4 * place, as: UInt32.self)
            }
            for (number, card) in cards.enumerated() {
                for (column, byte) in card.utf8.prefix(80).enumerated() {
                    bytes[centreCards + 80 * number + column] = byte
                }
            }
        }
        return file
    }
}
