internal import CZlib

/// The outer parts of ZTF's 63 x 63 pixel images, made and compressed once: sky, noise and field stars above and
/// below the middle rows, which are new in every image.
struct StampPool: Sendable {
    static let side = 63
    /// Rows that are made anew: the middle third.
    static let freshRows = 21
    static let firstFresh = 21

    /// Top and bottom rows of one image.
    struct Surround: Sendable {
        var top: Gzip.Piece
        var bottom: Gzip.Piece
        /// Sky level and noise (data numbers) that the fresh rows have to share.
        var level: Float
        var noise: Float
    }

    /// One region of the sky: the same stars in the template and in some exposures.
    struct Region: Sendable {
        var template: Surround
        var science: [Surround]
    }

    let header: Gzip.Piece
    let regions: [Region]
    let differences: [Surround]
    private static let regionCount = 24
    private static let exposureCount = 3
    private static let differenceCount = 24

    init(seed: UInt64) {
        header = Gzip.piece(
            FITS.header([
                FITS.card("SIMPLE", "T"), FITS.card("BITPIX", "-32"), FITS.card("NAXIS", "2"),
                FITS.card("NAXIS1", "63"), FITS.card("NAXIS2", "63"), FITS.card("BUNIT", text: "DN"),
            ]),
            last: false
        )
        let noise = Noise(seed: seed)
        var random = RandomStream(seed, .image, 1)
        var regions: [Region] = []
        for _ in 0..<Self.regionCount {
            let stars = Self.stars(&random)
            let template = Self.surround(stars, Float(random.uniform(180, 260)), 4, noise, &random)
            let science = (0..<Self.exposureCount).map { _ in
                Self.surround(stars, Float(random.uniform(100, 420)), Float(random.uniform(7, 12)), noise, &random)
            }
            regions.append(Region(template: template, science: science))
        }
        self.regions = regions
        differences = (0..<Self.differenceCount).map { _ in
            Self.surround([], 0, Float(random.uniform(8, 13)), noise, &random)
        }
    }

    /// Place (pixels) and total flux (data numbers) of the stars around.
    private static func stars(_ random: inout RandomStream) -> [(x: Double, y: Double, flux: Double)] {
        (0..<random.poisson(5)).compactMap { _ in
            let star = (random.uniform(0, 63), random.uniform(0, 63), random.logUniform(300, 60_000))
            // The middle belongs to the alert.
            let isClear = star.1 < Double(firstFresh) - 7 || star.1 > Double(firstFresh + freshRows) + 7
            return isClear ? star : nil
        }
    }

    private static func surround(
        _ stars: [(x: Double, y: Double, flux: Double)],
        _ level: Float,
        _ noise: Float,
        _ normals: Noise,
        _ random: inout RandomStream
    ) -> Surround {
        var image = Patch(width: side, height: side)
        for star in stars {
            image.addStar(flux: star.flux, fwhm: 2.2, dx: star.x - 31, dy: star.y - 31)
        }
        for (index, normal) in normals.stretch(side * side, random.next()).enumerated() {
            image.pixels[index] += level + noise * normal
        }
        let last = firstFresh + freshRows
        var top: [UInt8] = []
        FITS.append(image.pixels[..<(firstFresh * side)], to: &top)
        var bottom: [UInt8] = []
        FITS.append(image.pixels[(last * side)...], to: &bottom)
        bottom += [UInt8](repeating: 0, count: FITS.padding(side * side * 4))
        return Surround(
            top: Gzip.piece(top, last: false),
            bottom: Gzip.piece(bottom, last: true),
            level: level,
            noise: noise
        )
    }
}
