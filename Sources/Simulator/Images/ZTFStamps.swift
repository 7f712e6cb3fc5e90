/// The three images of a ZTF alert: 63 x 63 pixels of 1.01 arcseconds in data numbers, gzipped FITS.
struct ZTFStamps: Sendable {
    private let pool: StampPool
    private let noise: Noise
    /// Arcseconds of a pixel.
    static let scale = 1.01

    init(seed: UInt64) {
        pool = StampPool(seed: seed)
        noise = Noise(seed: seed &+ 1)
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
        let region = pool.regions[Int(source.seed % UInt64(pool.regions.count))]
        let fwhm = exposure.seeing
        let unit = Photometric.flux(exposure.zeroPoint)
        let change = measurement.flux / unit
        let jitter = (random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5))

        var steady = Patch(width: StampPool.side, height: StampPool.freshRows)
        let starlight = source.light.referenceFlux(in: exposure.band) / unit
        if starlight > 0 { steady.addStar(flux: starlight, fwhm: fwhm, dx: jitter.0, dy: jitter.1) }
        if let host = source.host {
            steady.addDisc(
                host,
                flux: Photometric.flux(host.magnitudes[exposure.band]) / unit,
                scale: host.scale / Self.scale,
                fwhm: fwhm,
                dx: jitter.0 - host.offsetRa / Self.scale,
                dy: jitter.1 - host.offsetDec / Self.scale
            )
        }
        var difference = Patch(width: StampPool.side, height: StampPool.freshRows)
        if source.sourceClass == .bogus {
            addArtefact(change, to: &difference, &random)
        } else {
            difference.addStar(flux: change, fwhm: fwhm, dx: jitter.0, dy: jitter.1)
        }
        var science = steady
        for index in science.pixels.indices { science.pixels[index] += difference.pixels[index] }

        return Images(
            science: file(science, region.science[random.integer(region.science.count)], &random),
            template: file(steady, region.template, &random),
            difference: file(difference, pool.differences[random.integer(pool.differences.count)], &random)
        )
    }

    /// A cosmic ray, a bad column or a dipole of a shifted star.
    private func addArtefact(_ flux: Double, to patch: inout Patch, _ random: inout RandomStream) {
        switch random.integer(3) {
        case 0:
            let slope = random.uniform(-1, 1)
            for step in 0..<random.integer(6) + 2 {
                let x = 31 + step
                let y = 10 + Int((Double(step) * slope).rounded())
                if y >= 0, y < patch.height { patch.pixels[y * patch.width + x] += Float(flux / 4) }
            }
        case 1:
            for y in 0..<patch.height { patch.pixels[y * patch.width + 31] += Float(flux / 8) }
        default:
            patch.addStar(flux: 2 * flux, fwhm: 1.8, dx: 0.4, dy: 0.2)
            patch.addStar(flux: -flux, fwhm: 1.8, dx: -0.9, dy: -0.3)
        }
    }

    private func file(_ patch: Patch, _ surround: StampPool.Surround, _ random: inout RandomStream) -> [UInt8] {
        let count = patch.pixels.count
        let normals = noise.stretch(count, random.next())
        let fresh = [UInt8](unsafeUninitializedCapacity: 4 * count) { bytes, used in
            for (index, normal) in normals.enumerated() {
                let pixel = patch.pixels[index] + surround.level + surround.noise * normal
                UnsafeMutableRawBufferPointer(bytes).storeBytes(
                    of: pixel.bitPattern.bigEndian,
                    toByteOffset: 4 * index,
                    as: UInt32.self
                )
            }
            used = 4 * count
        }
        return Gzip.file(pool.header, surround.top, stored: fresh, surround.bottom)
    }
}
