import Foundation

/// Finds the files that Trifid is installed with: its `Schemas` folder.
package enum InstalledFiles {
    /// The file with which a folder proves that it is ours.
    private static let mark = "Schemas/annotated_alert.avsc"

    /// The folder that holds `Schemas`: `$TRIFID_HOME`; else the nearest folder above the running program (a build in
    /// its work tree); else `share/trifid` beside the program's `bin`; else the current folder.
    ///
    /// - Throws: `InstallationError` naming the places that were looked at.
    package static func home() throws -> String {
        var candidates: [String] = []
        if let home = ProcessInfo.processInfo.environment["TRIFID_HOME"] {
            candidates.append(home)
        }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        var folder = program.deletingLastPathComponent()
        candidates.append(folder.deletingLastPathComponent().appendingPathComponent("share/trifid").path)
        while folder.path != "/" {
            candidates.append(folder.path)
            folder = folder.deletingLastPathComponent()
        }
        candidates.append(FileManager.default.currentDirectoryPath)
        for candidate in candidates where FileManager.default.fileExists(atPath: "\(candidate)/\(mark)") {
            return candidate
        }
        throw InstallationError.missing(lookedIn: candidates)
    }

    /// The folder of the model that is shipped; nil where it is not installed.
    package static func model() -> String? {
        guard let home = try? home() else { return nil }
        let folder = "\(home)/Config/models/sky"
        return FileManager.default.fileExists(atPath: folder + "/model.json") ? folder : nil
    }

    /// The folder of schemas.
    package static func schemas() throws -> String {
        try home() + "/Schemas"
    }
}

/// The program does not find the files that it is installed with, or finds those of another build.
package enum InstallationError: Error, CustomStringConvertible {
    /// Where it looked.
    case missing(lookedIn: [String])
    /// A schema's file that does not tell the version that it is read as.
    case otherVersion(file: String, wanted: String)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .missing(let places):
            "the folder Schemas with annotated_alert.avsc was not found in \(places.joined(separator: ", ")):"
                + " set TRIFID_HOME to the folder that holds it"
        case .otherVersion(let file, let wanted):
            "\(file) is not version \(wanted) of the schema, which this build of Trifid needs: it is of another build;"
                + " set TRIFID_HOME to the folder that holds this build's Schemas"
        }
    }
}
