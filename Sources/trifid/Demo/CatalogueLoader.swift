import Archive
import Ground
import Simulator
import Sky

/// Brings the simulated catalogues into the archive: spectra and metadata, at the start and as nights pass.
final class CatalogueLoader {
    private let archive: Archive
    private let source = "simulated"

    /// Connects to a database that has the tables.
    init(url: String) throws {
        archive = try Archive(url: url, applicationName: "trifid demo catalogue")
    }

    /// Loads what is known of a survey's objects.
    ///
    /// - Returns: how many rows are new.
    func load(_ entries: [CatalogueEntry], survey: String) throws -> (spectra: Int, metadata: Int) {
        let spectra = try archive.loadSpectra(
            entries.compactMap { entry in
                entry.spectrum.map { SpectrumRow(spectrum($0), of: belonging(entry, survey)) }
            }
        )
        let metadata = try archive.loadMetadata(
            entries.compactMap { entry in
                entry.metadata.map { MetadataRow($0, of: belonging(entry, survey), source: source) }
            }
        )
        return (spectra.loaded, metadata.loaded)
    }

    func close() { archive.close() }

    private func spectrum(_ spectrum: Spectrum) -> Spectrum {
        var named = spectrum
        if named.source.isEmpty { named.source = source }
        return named
    }

    private func belonging(_ entry: CatalogueEntry, _ survey: String) -> Belonging {
        Belonging(survey: SurveyName(survey), objectId: entry.objectId, ra: entry.ra, dec: entry.dec)
    }
}
