internal import Postgres

/// The output for one alert as it was stored: the datum, and the version of the schema that it is read by.
package struct StoredDatum: Hashable, Sendable {
    /// Version of the schema of the output.
    package var schemaVersion: String
    /// The output, with nothing appended.
    package var datum: [UInt8]
}

extension Archive {
    /// Reads the annotations of alerts of a time, one call each, in no order, without gathering them; private ones too. The
    /// session is busy meanwhile: `body` must not use this archive.
    ///
    /// - Parameter times: the alerts' own times (MJD).
    package func readAnnotations(times: Range<Double>, _ body: (StoredDatum) throws -> Void) throws {
        try connection.copyOut(
            """
            SELECT schema_version, datum FROM annotations
            WHERE mjd >= \(Self.literal(times.lowerBound)) AND mjd < \(Self.literal(times.upperBound))
            """
        ) { fields in
            try body(StoredDatum(schemaVersion: try fields[0].string, datum: try fields[1].byteArray))
        }
    }

    // COPY takes no parameters.
    private static func literal(_ number: Double) -> String { "'\(number)'::float8" }
}
