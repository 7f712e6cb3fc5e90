/// A data set in numbers: what a person wants to see before training on it.
package struct DataSetSummary: Sendable {
    /// Objects of one class.
    package struct Class: Hashable, Sendable {
        package var name: String
        package var objects = 0
        /// Objects by split, in the order of `DataSetObject.Split.allCases`.
        package var splits = [Int](repeating: 0, count: DataSetObject.Split.allCases.count)
        package var withCurve = 0
        package var withFeatures = 0
        package var withSpectrum = 0
        /// Points of the median light curve of those that have one.
        package var medianPoints = 0
    }

    /// A band and how much stands in it.
    package struct Band: Hashable, Sendable {
        package var name: String
        package var wavelength: Double
        package var points = 0
        package var limits = 0
    }

    /// A feature and of how many objects with metadata it is known.
    package struct Feature: Hashable, Sendable {
        package var name: String
        package var known = 0
        package var none = 0
    }

    package private(set) var classes: [Class] = []
    package private(set) var bands: [Band] = []
    package private(set) var features: [Feature] = []
    package let objects: Int
    package let points: Int
    /// Spectra, each once however many objects share it.
    package let spectra: Int
    /// Objects on the sky, where clusters are given.
    package let clusters: Int?
    /// First and last time, where there are points.
    package let times: ClosedRange<Double>?

    /// The numbers of a data set. Classes are nodes of the taxonomy where the objects have one, else their labels; the largest
    /// comes first.
    package init(_ data: DataSet) {
        objects = data.objects.count
        points = data.lightCurves.count
        spectra = Set(data.spectra.map(\.name)).count
        let numbers = Set(data.objects.compactMap(\.cluster))
        clusters = numbers.isEmpty ? nil : numbers.count
        let range = data.lightCurves.times.lazy.map { ($0, $0) }.reduce(nil as (Double, Double)?) { known, time in
            known.map { (min($0.0, time.0), max($0.1, time.1)) } ?? time
        }
        times = range.map { $0.0...$0.1 }
        classes = Self.classes(data)
        bands = Self.bands(data)
        features = data.features.names.indices.map { place in
            var feature = Feature(name: data.features.names[place])
            for row in data.features.rows.compactMap({ $0 }) {
                let cell = row * data.features.names.count + place
                if data.features.isNone[cell] {
                    feature.none += 1
                } else if !data.features.values[cell].isNaN {
                    feature.known += 1
                }
            }
            return feature
        }
    }

    private static func classes(_ data: DataSet) -> [Class] {
        let withSpectrum = Set(data.spectra.map(\.object))
        var (classes, lengths) = ([String: Class](), [String: [Int]]())
        for (number, object) in data.objects.enumerated() {
            let name =
                object.node.isEmpty ? (object.label.isEmpty ? "(no class)" : "\(object.label) (no node)") : object.node
            var found = classes[name] ?? Class(name: name)
            found.objects += 1
            found.splits[DataSetObject.Split.allCases.firstIndex(of: object.split) ?? 0] += 1
            let length = data.lightCurves.ranges[number].count
            if length > 0 {
                found.withCurve += 1
                lengths[name, default: []].append(length)
            }
            if data.features.rows[number] != nil { found.withFeatures += 1 }
            if withSpectrum.contains(number) { found.withSpectrum += 1 }
            classes[name] = found
        }
        for (name, all) in lengths { classes[name]?.medianPoints = all.sorted()[all.count / 2] }
        return classes.values.sorted { ($1.objects, $0.name) < ($0.objects, $1.name) }
    }

    private static func bands(_ data: DataSet) -> [Band] {
        var bands = data.description.bands.map { Band(name: $0.name, wavelength: $0.wavelength) }
        for point in 0..<data.lightCurves.count {
            let band = Int(data.lightCurves.bands[point])
            bands[band].points += 1
            if data.lightCurves.kinds[point].contains(.limit) { bands[band].limits += 1 }
        }
        return bands.filter { $0.points > 0 }.sorted { $0.wavelength < $1.wavelength }
    }
}
