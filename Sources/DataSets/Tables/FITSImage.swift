internal import CFITSIO

/// A two-dimensional image of spectra in a FITS file, read by cfitsio: a row a spectrum, wavelengths linear in the columns.
package final class FITSSpectra: Sendable {
    /// How many spectra.
    package let count: Int
    /// Numbers of a spectrum.
    package let pixels: Int
    /// Wavelength of the first pixel, Ångström.
    package let start: Double
    /// Distance of two pixels, Ångström.
    package let step: Double
    /// Whether the file has errors.
    package let hasErrors: Bool
    private let path: String

    /// Numbers in an image at the most: 4 GB.
    private static let most = 1 << 30

    /// Opens a file and reads what its header says.
    ///
    /// - Throws: `DataSetProblem` where it is no such image.
    package init(path: String, name: String) throws(DataSetProblem) {
        self.path = path
        var (file, status): (UnsafeMutablePointer<fitsfile>?, Int32) = (nil, 0)
        trifid_fits_open_image(&file, path, &status)
        guard status == 0, let file else { throw DataSetProblem(name, "is no FITS image: \(Self.words(status))") }
        defer { _ = trifid_fits_close(file) }
        var (dimensions, lengths): (Int32, [Int]) = (0, [0, 0])
        trifid_fits_image_size(file, 2, &dimensions, &lengths, &status)
        let (pixels, count) = (lengths[0], lengths[1])
        guard status == 0, dimensions == 2, pixels > 1, count > 0,
            pixels.multipliedReportingOverflow(by: count).overflow == false,
            pixels * count <= Self.most
        else {
            throw DataSetProblem(
                name,
                "its image has \(dimensions) dimensions of \(lengths); (spectra, pixels) must stand there, at most \(Self.most) numbers"
            )
        }
        func number(_ key: String, orElse missing: Double?) throws(DataSetProblem) -> Double {
            var (value, code): (Double, Int32) = (0, 0)
            trifid_fits_number(file, key, &value, &code)
            if code == 0, value.isFinite { return value }
            guard let missing else { throw DataSetProblem(name, "its header has no number \(key)") }
            return missing
        }
        let reference = try number("CRPIX1", orElse: 1)
        step = try number("CDELT1", orElse: nil)
        start = try number("CRVAL1", orElse: nil) + (1 - reference) * step
        guard step > 0, start > 0 else {
            throw DataSetProblem(
                name,
                "CRVAL1 and CDELT1 give wavelengths from \(start) by \(step); both must be above 0"
            )
        }
        var (unit, code) = ([CChar](repeating: 0, count: 81), Int32(0))
        trifid_fits_text(file, "CUNIT1", &unit, &code)
        let text = String(decoding: unit.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard code == 0, text.lowercased().hasPrefix("angstrom") else {
            throw DataSetProblem(name, "CUNIT1 is '\(text)'; wavelengths must be in Angstrom, and it must say so")
        }
        self.pixels = pixels
        self.count = count
        var missing: Int32 = 0
        hasErrors = trifid_fits_extension(file, "ERROR", &missing) == 0
    }

    /// Fluxes of all spectra (count, pixels), NaN outside their coverage.
    package func fluxes() throws(DataSetProblem) -> [Float] { try read(extension: nil) }

    /// Errors of all spectra (count, pixels); empty where the file has none.
    package func errors() throws(DataSetProblem) -> [Float] { hasErrors ? try read(extension: "ERROR") : [] }

    private func read(extension name: String?) throws(DataSetProblem) -> [Float] {
        var (file, status): (UnsafeMutablePointer<fitsfile>?, Int32) = (nil, 0)
        trifid_fits_open_image(&file, path, &status)
        defer { if let file { _ = trifid_fits_close(file) } }
        if let file, let name { trifid_fits_extension(file, name, &status) }
        var values = [Float](repeating: 0, count: count * pixels)
        if let file { trifid_fits_floats(file, 0, values.count, &values, &status) }
        guard status == 0 else {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            throw DataSetProblem(file, "\(name ?? "its image") cannot be read: \(Self.words(status))")
        }
        return values
    }

    private static func words(_ status: Int32) -> String {
        var text = [CChar](repeating: 0, count: 81)
        trifid_fits_message(status, &text)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
