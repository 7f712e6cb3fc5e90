import Postgres
import Sky
import Testing

@testable import Archive

@Suite struct ModalityTests {
    private let survey = SurveyName("ztf")

    private func spectrum(_ flux: Float, mjd: Double = .nan) -> Spectrum {
        Spectrum(wavelength: [4000, 5000], flux: [flux, flux], uncertainty: [1, 1], mjd: mjd, source: "test")
    }

    private func metadata(_ value: Float) -> Metadata {
        Metadata(["mean_vmag": value])
    }

    private func joined(_ archive: Archive, _ alert: Alert, model: String = "model-1") throws -> Joined {
        let next = try archive.connection.query("SELECT count(*) FROM ledger")[0, 0].int64
        let batch = try archive.decide([row(next, alert)], model: model)
        return try #require(batch.outcomes[0].joined)
    }

    /// A position so many arcseconds north of the test alerts'.
    private func near(_ arcseconds: Double) -> Belonging {
        Belonging(ra: 120, dec: 30 + arcseconds / 3600)
    }

    @Test func withoutRowsBothAreMissing() throws {
        let joined = try joined(Fixture().archive, alert(1))
        #expect(joined.spectrum == nil && joined.metadata == nil)
    }

    @Test func anObjectsOwnRowWinsOverANearOne() throws {
        let archive = try Fixture().archive
        let own = Belonging(objectId: "ZTF25aaa")
        let spectra = [SpectrumRow(spectrum(2), of: own), SpectrumRow(spectrum(1), of: near(0))]
        #expect(try archive.loadSpectra(spectra) == LoadResult(loaded: 2, known: 0))
        let rows = [
            MetadataRow(metadata(2), of: own, source: "gaia"), MetadataRow(metadata(1), of: near(0), source: "gaia"),
        ]
        #expect(try archive.loadMetadata(rows) == LoadResult(loaded: 2, known: 0))
        let joined = try joined(archive, alert(1))
        #expect(joined.spectrum?.flux == [2, 2] && joined.metadata?.values[0] == 2)
        #expect(joined.spectrum?.wavelength == [4000, 5000] && joined.spectrum?.uncertainty == [1, 1])
        #expect(joined.spectrum?.mjd.isNaN == true && joined.spectrum?.source == "test")
        #expect(joined.metadata?.values.count { !$0.isNaN } == 1)
    }

    @Test(arguments: [(0.0, true), (1.4, true), (1.6, false), (100, false)])
    func aRowWithinTheRadiusIsJoined(distance: Double, isJoined: Bool) throws {
        let archive = try Fixture().archive
        _ = try archive.loadSpectra([SpectrumRow(spectrum(1), of: near(distance))])
        _ = try archive.loadMetadata([MetadataRow(metadata(1), of: near(distance), source: "gaia")])
        let joined = try joined(archive, alert(1))
        #expect((joined.spectrum != nil) == isJoined && (joined.metadata != nil) == isJoined)
    }

    @Test(arguments: [(0.0001, 89.9999), (359.9999, 0), (180, -90), (0, 90)])
    func conesWorkAtTheEdgesOfTheSky(ra: Double, dec: Double) throws {
        let archive = try Fixture().archive
        let shifted = Belonging(ra: (ra + 0.0002).truncatingRemainder(dividingBy: 360), dec: dec)
        _ = try archive.loadSpectra([SpectrumRow(spectrum(1), of: shifted)])
        #expect(try joined(archive, alert(1, ra: ra, dec: dec)).spectrum != nil)
    }

    @Test func theNearestOnTheSkyIsJoined() throws {
        let archive = try Fixture().archive
        let distances = [1.2, 0.3, 0.9]
        _ = try archive.loadSpectra(distances.map { SpectrumRow(spectrum(Float($0)), of: near($0)) })
        _ = try archive.loadMetadata(
            distances.map { MetadataRow(metadata(Float($0)), of: near($0), source: "gaia") }
        )
        let joined = try joined(archive, alert(1))
        #expect(joined.spectrum?.flux[0] == 0.3 && joined.metadata?.values[0] == 0.3)
        #expect(try archive.spectra(ra: 120, dec: 30, radius: 1).map(\.row.flux[0]) == [0.3, 0.9])
        let matches = try archive.metadata(ra: 120, dec: 30, radius: 1)
        #expect(matches.map(\.row.values[0]) == [0.3, 0.9])
        #expect(abs(matches[0].distance - 0.3) < 1e-6)
    }

    @Test func ofAnObjectsSpectraTheNearestInTimeIsJoined() throws {
        let archive = try Fixture().archive
        let own = Belonging(objectId: "ZTF25aaa")
        let times = [.nan, someTime - 30, someTime - 2, someTime + 5]
        _ = try archive.loadSpectra(
            times.enumerated().map { SpectrumRow(spectrum(Float($0), mjd: $1), of: own) }
        )
        #expect(try joined(archive, alert(1)).spectrum?.flux[0] == 2)
        #expect(try archive.spectra(of: "ZTF25aaa").map { $0.flux[0] } == [3, 2, 1, 0])
    }

    @Test func ofAnObjectsMetadataTheNewestIsJoined() throws {
        let archive = try Fixture().archive
        let own = Belonging(objectId: "ZTF25aaa")
        for value in 1...3 {
            _ = try archive.loadMetadata([MetadataRow(metadata(Float(value)), of: own, source: "gaia")])
        }
        #expect(try joined(archive, alert(1)).metadata?.values[0] == 3)
        #expect(try archive.metadata(of: "ZTF25aaa").map { $0.values[0] } == [3, 2, 1])
    }

    @Test func aRowOfAnotherSurveysObjectIsNotJoined() throws {
        let archive = try Fixture().archive
        let foreign = Belonging(survey: SurveyName("lsst"), objectId: "ZTF25aaa")
        _ = try archive.loadSpectra([SpectrumRow(spectrum(1), of: foreign)])
        #expect(try joined(archive, alert(1)).spectrum == nil)
        #expect(try archive.spectra(of: "ZTF25aaa", survey: survey).isEmpty)
        #expect(try archive.spectra(of: "ZTF25aaa", survey: SurveyName("lsst")).count == 1)
        var lsst = alert(1)
        lsst.survey = SurveyName("lsst")
        #expect(try joined(archive, lsst).spectrum != nil)
    }

    @Test func aSolarSystemObjectIsNotJoinedWithTheStarThatItPasses() throws {
        let archive = try Fixture().archive
        _ = try archive.loadMetadata([MetadataRow(metadata(1), of: near(0), source: "gaia")])
        var asteroid = alert(1)
        asteroid.context.solarSystem = .init(name: "Ceres")
        #expect(try joined(archive, asteroid).metadata == nil)
    }

    @Test func loadingTwiceLoadsOnce() throws {
        let archive = try Fixture().archive
        let spectra = [SpectrumRow(spectrum(1), of: near(0)), SpectrumRow(spectrum(1), of: near(1))]
        #expect(try archive.loadSpectra(spectra) == LoadResult(loaded: 2, known: 0))
        #expect(try archive.loadSpectra(spectra + spectra) == LoadResult(loaded: 0, known: 4))
        let metadata = [MetadataRow(metadata(1), of: near(0), source: "gaia")]
        #expect(try archive.loadMetadata(metadata + metadata) == LoadResult(loaded: 1, known: 1))
    }

    @Test func manyRowsAreLoaded() throws {
        let archive = try Fixture().archive
        let rows = (0..<1234).map { MetadataRow(metadata(Float($0)), of: Belonging(objectId: "o\($0)"), source: "x") }
        #expect(try archive.loadMetadata(rows) == LoadResult(loaded: 1234, known: 0))
        #expect(try archive.metadata(of: "o1233").first?.values[0] == 1233)
    }

    @Test func unusableRowsAreNamedAndNothingIsLoaded() throws {
        let archive = try Fixture().archive
        let good = SpectrumRow(spectrum(1), of: near(0))
        func bad(_ change: (inout SpectrumRow) -> Void) -> SpectrumRow {
            var row = good
            change(&row)
            return row
        }
        let faults = [
            bad { $0.belonging = Belonging() }, bad { $0.belonging.ra = 361 }, bad { $0.belonging.dec = nil },
            bad { $0.spectrum.flux = [1] }, bad { $0.spectrum.uncertainty = [1] },
            bad { $0.spectrum.wavelength = [2, 1] },
            bad { $0.spectrum.wavelength[1] = .nan }, bad { $0.spectrum = Spectrum(wavelength: [], flux: []) },
        ]
        for fault in faults {
            do {
                _ = try archive.loadSpectra([good, fault])
                Issue.record("loaded \(fault)")
            } catch ArchiveError.unusableRow(let index, _) {
                #expect(index == 1)
            }
        }
        #expect(try archive.spectra(ra: 120, dec: 30, radius: 1).isEmpty)
    }

    @Test func embeddingsAreStoredOnceForEachModelAndSpareTheArrays() throws {
        let fixture = try Fixture()
        let archive = fixture.archive
        _ = try archive.loadSpectra([SpectrumRow(spectrum(1), of: near(0))])
        _ = try archive.loadMetadata([MetadataRow(metadata(1), of: near(0), source: "gaia")])
        let rows = [row(0, alert(1)), row(1, alert(2))]
        let batch = try archive.decide(rows)
        let first = try #require(batch.outcomes[0].joined)
        let (spectrumId, metadataId) = (try #require(first.spectrum).id, try #require(first.metadata).id)
        #expect(first.spectrum?.embedding == nil && first.metadata?.embedding == nil)
        _ = try archive.store(
            [0: annotation("1"), 1: annotation("2")],
            of: batch,
            spectrumEmbeddings: [spectrumId: [0.6, 0.8], 999_999: [1]],
            metadataEmbeddings: [metadataId: [1, 0]]
        )
        let next = try archive.decide([row(2, alert(3))])
        let joined = try #require(next.outcomes[0].joined)
        #expect(joined.spectrum?.embedding == [0.6, 0.8] && joined.spectrum?.flux == [])
        #expect(joined.metadata?.embedding == [1, 0] && joined.metadata?.values[0] == 1)
        // What another worker computed in the meantime stands.
        _ = try archive.store([0: annotation("3")], of: next, spectrumEmbeddings: [spectrumId: [0, 1]])
        let other = try archive.decide([row(3, alert(4))], model: "model-2")
        #expect(other.outcomes[0].joined?.spectrum?.embedding == nil)
        #expect(other.outcomes[0].joined?.spectrum?.flux == [1, 1])
        #expect(try fixture.count("spectrum_embeddings", "embedding = '{0.6,0.8}'") == 1)
        #expect(try fixture.count("spectrum_embeddings") == 1)
    }

    @Test func aReplaySeesWhatTheAlertSawAndNothingThatCameLater() throws {
        let archive = try Fixture().archive
        let own = Belonging(objectId: "ZTF25aaa")
        _ = try archive.loadMetadata([MetadataRow(metadata(1), of: own, source: "gaia")])
        let first = alert(1, earlier: [detection(50, someTime - 1, flux: 5)])
        let live = try archive.decide([row(0, first)])
        let joined = try #require(live.outcomes[0].joined)
        _ = try archive.store([0: annotation("1")], of: live)
        _ = try archive.loadSpectra([SpectrumRow(spectrum(1), of: own)])
        _ = try archive.loadMetadata([MetadataRow(metadata(2), of: own, source: "gaia")])
        // A later alert changes a point of the past, and adds one.
        let changed = [detection(50, someTime - 1, flux: 6), detection(51, someTime - 0.5, flux: 7)]
        try archive.process([row(1, alert(2, mjd: someTime + 1, earlier: changed))])
        let replayed = try #require(try archive.replay(first, model: "model-1", coneRadius: 1.5, quality: rule))
        #expect(replayed.lightCurve.points.map(\.flux) == joined.lightCurve.points.map(\.flux))
        #expect(replayed.lightCurve.points.map(\.flux) == [5, 100])
        #expect(replayed.spectrum == nil)
        #expect(replayed.metadata?.id == joined.metadata?.id)
        #expect(try archive.replay(alert(77), model: "model-1", coneRadius: 1.5, quality: rule) == nil)
    }

    @Test func aReplayWithinABatchSeesOnlyWhatStoodBeforeIt() throws {
        let archive = try Fixture().archive
        let alerts = (0..<4).map { number in
            let earlier = detection(Int64(100 + number), someTime - 1 - Double(number))
            return alert(Int64(number), mjd: someTime, flux: Double(number), earlier: [earlier])
        }
        let rows = alerts.enumerated().map { row(Int64($0), $1) }
        let batch = try archive.decide(rows)
        let live = batch.outcomes.map { $0.joined?.lightCurve.points.count }
        try archive.answer(batch, rows)
        #expect(live == [2, 3, 4, 5])
        #expect(
            try alerts.map { try archive.replay($0, model: "m", coneRadius: 1, quality: rule)?.lightCurve.points.count }
                == live
        )
    }
}
