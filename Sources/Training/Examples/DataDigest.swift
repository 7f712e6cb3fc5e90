internal import DataSets
internal import Ground

extension ObjectData {
    /// SHA-256 of what training sees of the data set: a run goes on only where it is the same.
    var digest: String {
        func digest<Element>(_ values: [Element]) -> String {
            values.withUnsafeBytes { SHA256.hexadecimal($0) }
        }
        let names = data.objects.map {
            "\($0.name) \($0.node) \($0.split) \($0.fold ?? -1) \($0.folder) \($0.hasAlert) \($0.cluster ?? -1)"
                + ($0.isEvent ? " event" : "")
        }
        let curves = data.lightCurves
        let parts = [
            names.joined(separator: "\n"), digest(curves.times), digest(curves.fluxes), digest(curves.errors),
            digest(curves.bands), digest(curves.kinds), digest(data.features.values), digest(data.features.isNone),
            data.description.bands.map { "\($0.name) \($0.wavelength)" }.joined(separator: " "),
            data.features.names.joined(separator: " "),
            data.description.features.map { "\($0.name) \($0.isContrastive)" }.joined(separator: " "),
            data.spectra.map { "\($0.name) \($0.object) \($0.file) \($0.row) \($0.time ?? 0) \($0.isShared)" }.joined(),
            digestOfSpectra,
        ]
        // A set without them has the digest that it had before there were such columns.
        let totals = curves.totals.isEmpty ? [] : [digest(curves.totals), digest(curves.totalErrors)]
        return SHA256.hexadecimal(Array((parts + totals).joined(separator: "\n").utf8))
    }
}
