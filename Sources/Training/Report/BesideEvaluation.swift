internal import Ground

/// What a report shows that no evaluation of one model finds, from the files of the commands that measure it.
package struct BesideEvaluation: Sendable {
    /// How much labels and pre-training are worth.
    let labels: LabelCurves?
    /// How much of a class the survey gives away.
    let nuisance: NuisanceCheck?

    /// A file of more bytes is none of these.
    static let maximumBytes = 1 << 26

    /// Reads what there is.
    ///
    /// - Parameters:
    ///   - study: folder of a study (`trifid study`), which holds `tables.json`.
    ///   - nuisance: file that `nuisance.py --json` wrote.
    /// - Throws: `RunFolder.Fault` naming a file that cannot be read or is none of these.
    package init(study folder: String?, nuisance file: String?) throws {
        labels = try folder.map { try Self.read("\($0)/tables.json", of: "trifid study", LabelCurves.init) }
        nuisance = try file.map { try Self.read($0, of: "nuisance.py --json", NuisanceCheck.init) }
    }

    private static func read<Found>(
        _ path: String,
        of maker: String,
        _ read: (JSONValue) throws -> Found?
    ) throws -> Found {
        let text: [UInt8]
        do { text = try FileContents.read(path, maximum: maximumBytes) } catch {
            throw RunFolder.Fault(description: "\(path) cannot be read: \(error.reason)")
        }
        let found: Found?
        do { found = try read(JSONParser.parse(text)) } catch {
            throw RunFolder.Fault(description: "\(path): \(error); \(maker) writes such a file")
        }
        guard let found else {
            throw RunFolder.Fault(
                description: "\(path) is not what \(maker) writes: name the folder or file that it made"
            )
        }
        return found
    }

    /// Members of `report.json`.
    var members: [JSONValue.Member] {
        [labels.map { .init("byLabels", $0.json) }, nuisance.map { .init("nuisance", $0.json) }].compactMap(\.self)
    }
}
