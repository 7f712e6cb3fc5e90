package import DataSets
internal import Ground
internal import Sky

/// The objects of a data set as examples are drawn from them: light curves, rows of features and spectra by object.
package final class ObjectData: Sendable {
    package let data: DataSet
    /// Spectra of each object, by their place in the data set.
    package let spectra: [[Int]]
    private let images: [String: (spectra: FITSSpectra, fluxes: [Float], errors: [Float])]
    private let identities: [Int]

    /// - Throws: `DataSetProblem` where a FITS file cannot be read.
    package init(_ data: DataSet) throws {
        self.data = data
        var spectra = [[Int]](repeating: [], count: data.objects.count)
        var numbers: [String: Int] = [:]
        var identities: [Int] = []
        for (place, spectrum) in data.spectra.enumerated() {
            spectra[spectrum.object].append(place)
            let number = numbers[spectrum.name] ?? numbers.count
            numbers[spectrum.name] = number
            identities.append(number)
        }
        var images: [String: (FITSSpectra, [Float], [Float])] = [:]
        for (name, file) in data.spectrumFiles { images[name] = (file, try file.fluxes(), try file.errors()) }
        (self.spectra, self.identities, self.images) = (spectra, identities, images)
    }

    /// SHA-256 of the pixels of all spectra.
    var digestOfSpectra: String {
        let files = images.sorted { $0.key < $1.key }.map { name, image in
            let pixels = [image.fluxes, image.errors].map { $0.withUnsafeBytes { SHA256.hexadecimal($0) } }
            return "\(name) \(image.spectra.start) \(image.spectra.step) \(pixels.joined(separator: " "))"
        }
        return SHA256.hexadecimal(Array(files.joined(separator: "\n").utf8))
    }

    /// A number that objects share which share a spectrum.
    func identity(ofSpectrum place: Int) -> Int { identities[place] }

    /// A spectrum of the data set, its pixels without coverage left out; nil where too few are left.
    func spectrum(_ place: Int) -> Spectrum? {
        let entry = data.spectra[place]
        guard let (file, fluxes, _) = images[entry.file] else { return nil }
        let start = entry.row * file.pixels
        var (wavelength, flux) = ([Float](), [Float]())
        for pixel in 0..<file.pixels where fluxes[start + pixel].isFinite {
            wavelength.append(Float(file.start + Double(pixel) * file.step))
            flux.append(fluxes[start + pixel])
        }
        guard wavelength.count > 16 else { return nil }
        // Errors stand in few of the files: a model that saw them would know the file by them (`SpectrumInput.uncertainty`).
        return Spectrum(id: Int64(place + 1), wavelength: wavelength, flux: flux, mjd: entry.time ?? .nan)
    }

    /// The features of an object by the names of the data set; nil where it has no row.
    func features(_ object: Int) -> [Float]? {
        guard let row = data.features.rows[object] else { return nil }
        let width = data.features.names.count
        return (row * width..<(row + 1) * width).map {
            data.features.isNone[$0] ? Metadata.none : data.features.values[$0]
        }
    }

    /// The light curve of an object.
    func curve(_ object: Int) -> ObservedCurve {
        let curves = data.lightCurves
        return ObservedCurve(
            points: curves.ranges[object].map { place in
                ObservedCurve.Point(
                    mjd: curves.times[place],
                    flux: curves.fluxes[place],
                    error: curves.errors[place],
                    wavelength: Float(data.description.bands[Int(curves.bands[place])].wavelength),
                    isLimit: curves.kinds[place].contains(.limit),
                    total: curves.totals.isEmpty ? .nan : curves.totals[place],
                    totalError: curves.totalErrors.isEmpty ? .nan : curves.totalErrors[place]
                )
            },
            isDifference: curves.ranges[object].first.map { curves.kinds[$0].contains(.difference) } ?? false,
            isEvent: data.objects[object].isEvent
        )
    }
}

/// A light curve as a data set has it: all of one kind, by time.
package struct ObservedCurve: Sendable {
    package struct Point: Hashable, Sendable {
        package var mjd: Double
        /// nJy; of a limit the limiting flux.
        package var flux: Float
        /// nJy; NaN where it is not known.
        package var error: Float
        /// Nanometres.
        package var wavelength: Float
        package var isLimit: Bool
        /// nJy: of a difference the whole flux where it is known too, else NaN.
        package var total = Float.nan
        /// nJy; NaN where it is not known.
        package var totalError = Float.nan
    }

    package var points: [Point]
    /// Whether fluxes are changes against a reference image.
    package var isDifference: Bool
    /// Whether the object is the brightest once, above what it is before and after: a reference image shows the latter.
    package var isEvent: Bool

    package init(points: [Point], isDifference: Bool, isEvent: Bool = false) {
        (self.points, self.isDifference, self.isEvent) = (points, isDifference, isEvent)
    }

    /// A total flux as a survey's reference image may show it: the median of some of these observations at random. Of what
    /// brightens once some of the faintest tenth: data sets keep the rise and fall of a lensed star and little of the years
    /// around, whose reference would be an image of the event and its alerts changes downwards, which no survey has seen.
    func reference(_ fluxes: [Float], _ generator: inout SplitMix64) -> Float {
        guard !fluxes.isEmpty else { return 0 }
        let shown = isEvent ? Array(fluxes.sorted().prefix(max(3, fluxes.count / 10))) : fluxes
        let count = max(5, min(15, shown.count / 3))
        let some = (0..<count).map { _ in shown[generator.index(below: shown.count)] }.sorted()
        return some[some.count / 2]
    }
}
