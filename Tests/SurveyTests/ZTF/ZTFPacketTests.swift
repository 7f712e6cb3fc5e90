import Avro
import Ground
import Sky
import Testing

@testable import Survey

@Suite struct ZTFPacketTests {
    @Test func anAlertCarriesWhatThePacketSays() throws {
        var packet = try MadePacket.ztf()
        packet["candidate.rb"] = .float(0.75)
        packet["candidate.drb"] = .float(0.5)
        packet["candidate.scorr"] = 12.5
        packet["candidate.distpsnr1"] = .float(0.25)
        packet["candidate.sgscore1"] = .float(1)
        packet["candidate.neargaia"] = .float(2)
        let alert = try packet.alert()
        #expect(alert.survey == ZTF.name && alert.schemaVersion == "4.02")
        #expect(alert.alertId == 1_800_000_000_015_010_001 && alert.objectId == "ZTF21abiuvdk")
        #expect(alert.ra == 123.25 && alert.dec == -12.5)
        #expect(alert.mjd == 59_000.25 && alert.timeScale == .utcStart && alert.band == ZTF.bands[0])
        #expect(alert.detections.count == 1 && alert.upperLimits.isEmpty && alert.forced.isEmpty)
        #expect(alert.detections[0].id == alert.alertId && alert.detections[0].mjd == alert.mjd)
        #expect(alert.detections[0].flux == Flux.nanojansky(magnitude: 18.5))
        #expect(alert.quality == AlertQuality(realBogus: 0.75, deepRealBogus: 0.5, signalToNoise: 12.5))
        #expect(alert.context.nearestSources == [AlertContext.NearestSource(distance: 0.25, starGalaxyScore: 1)])
        #expect(alert.context.gaia?.distance == 2 && alert.context.referenceSource == nil)
        #expect(alert.context.searches == [.sources, .gaia])
        #expect(alert.flags.isEmpty && alert.cutouts == Cutouts())
    }

    @Test(arguments: ["2.0", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "4.01", "4.02"])
    func thePacketsVersionGoesBeforeTheSchemas(version: String) throws {
        #expect(try MadePacket.ztf(version: version).alert().schemaVersion == version)
    }

    @Test func aPacketWithoutSchemavsnHasTheVersionOfItsSchema() throws {
        #expect(try MadePacket.ztf(version: nil).alert().schemaVersion == "1.7")
    }

    @Test(arguments: [nil, .nan, -999, -99_999, .infinity] as [Float?])
    func whatIsNoValueIsNoValueEverywhere(sentinel: Float?) throws {
        var packet = try MadePacket.ztf()
        let value: AvroValue = sentinel.map { .float($0) } ?? .null
        for name in [
            "rb", "drb", "distpsnr1", "sgscore1", "neargaia", "ssdistnr", "ssmagnr", "distnr", "magnr", "sigmagnr",
            "diffmaglim",
        ] {
            packet["candidate." + name] = value
        }
        packet["candidate.scorr"] = sentinel.map { .double(Double($0)) } ?? .null
        packet.addDetection(jd: 2_458_999, id: 5)
        for name in ["magnr", "sigmagnr", "distnr", "sigmapsf"] { packet["prv_candidates.0." + name] = value }
        packet.addLimit(jd: 2_458_998, magnitude: 20)
        packet["prv_candidates.1.diffmaglim"] = value
        let alert = try packet.alert()
        // What ZTF writes for nothing says all the same that it has looked.
        var context = AlertContext()
        if sentinel == -999 || sentinel == -99_999 { context.searches = [.sources, .reference, .gaia] }
        #expect(alert.quality == AlertQuality() && alert.context == context)
        #expect(alert.upperLimits.isEmpty)
        #expect(alert.detections.count == 2)
        #expect(alert.detections[0].flux.isFinite && alert.detections[0].fluxErr.isNaN)
        #expect(alert.detections.allSatisfy { $0.totalFlux.isNaN && $0.totalFluxErr.isNaN })
    }

    @Test func theReferenceSourceIsInPixelsAndMakesTheTotalFlux() throws {
        var packet = try MadePacket.ztf()
        packet["candidate.magnr"] = .float(17)
        packet["candidate.sigmagnr"] = .float(0.25)
        packet["candidate.isdiffpos"] = "f"
        // 1.38 pixels are within 1.4 arcsec, 1.39 are not.
        packet["candidate.distnr"] = .float(1.38)
        let own = try packet.alert().detections[0]
        #expect(own.totalFlux == Flux.nanojansky(magnitude: 17) - Flux.nanojansky(magnitude: 18.5))
        #expect(own.flux < 0 && own.totalFluxErr > own.fluxErr)
        packet["candidate.distnr"] = .float(1.39)
        let alert = try packet.alert()
        #expect(alert.detections[0].totalFlux.isNaN)
        #expect(alert.context.referenceSource?.magnitude == 17)
        #expect(abs((alert.context.referenceSource?.distance ?? 0) - 1.39 * 1.0127) < 1e-6)
    }

    @Test(
        arguments: [
            (0, "21613", true), (4.999, "21613", true), (5, "21613", false), (60, "21613", false),
            (-999, "21613", false),
            (1, "null", false), (1, "", false), (nil, "21613", false), (1, nil, false),
        ] as [(Float?, String?, Bool)]
    )
    func aSolarSystemMatchNeedsANameAndADistanceThatIsSane(distance: Float?, name: String?, matches: Bool) throws {
        var packet = try MadePacket.ztf()
        packet["candidate.ssdistnr"] = distance.map { .float($0) } ?? .null
        packet["candidate.ssnamenr"] = name.map { .string($0) } ?? .null
        packet["candidate.ssmagnr"] = .float(-999)
        let alert = try packet.alert()
        #expect(alert.flags.contains(.solarSystem) == matches)
        let expected = AlertContext.SolarSystemMatch(name: name ?? "", distance: distance, magnitude: nil)
        #expect(alert.context.solarSystem == (matches ? expected : nil))
    }

    @Test func historyIsDetectionsAndLimitsInOrderOfTime() throws {
        var packet = try MadePacket.ztf()
        packet.addLimit(jd: 2_458_990.5, magnitude: 20.5)
        packet.addDetection(jd: 2_458_999.5, id: 3, sign: "0")
        packet.addDetection(jd: 2_458_995.5, id: 2, sign: "1")
        packet.addLimit(jd: 2_458_989.5, magnitude: 20)
        let alert = try packet.alert()
        #expect(alert.detections.map(\.id) == [2, 3, alert.alertId])
        #expect(alert.detections.map { $0.flux > 0 } == [true, false, true])
        #expect(alert.detections.map(\.mjd) == [58_995, 58_999, 59_000.25])
        #expect(alert.upperLimits.map(\.mjd) == [58_989, 58_990])
        #expect(alert.upperLimits.map(\.flux) == [20, 20.5].map { Flux.nanojansky(magnitude: $0) })
        #expect(alert.detections[0].band == ZTF.bands[1] && alert.upperLimits[0].band == ZTF.bands[0])
        #expect(!alert.flags.contains(.historyAfterAlert))
    }

    @Test func theAlertsOwnCandidateInItsHistoryCountsOnce() throws {
        var packet = try MadePacket.ztf(version: nil)
        packet.addDetection(jd: 2_459_000.75, id: 1_800_000_000_015_010_001, magnitude: 18.6)
        packet.addDetection(jd: 2_459_000.75, id: 4)
        let alert = try packet.alert()
        #expect(alert.detections.map(\.id) == [4, alert.alertId])
        #expect(alert.detections[1].flux == Flux.nanojansky(magnitude: 18.5))
    }

    @Test func aPointLaterThanItsAlertIsKeptAndFlagged() throws {
        var packet = try MadePacket.ztf()
        packet.addDetection(jd: 2_459_000.76, id: 4)
        let alert = try packet.alert()
        #expect(alert.flags == .historyAfterAlert && alert.flags.names == ["history-after-alert"])
        #expect(alert.detections.map(\.id) == [alert.alertId, 4])
    }

    @Test(arguments: ["prv_candidates", "fp_hists"]) func forcedPhotometryIsCountsAtAZeroPoint(list: String) throws {
        var packet = try MadePacket.ztf()
        func add(_ jd: Double, _ flux: Float?, _ error: Float, _ zeroPoint: Float?) {
            packet.add(to: list) {
                $0["jd"] = .double(jd)
                $0["fid"] = .int(3)
                $0["forcediffimflux"] = flux.map { .float($0) } ?? .null
                $0["forcediffimfluxunc"] = .float(error)
                $0["magzpsci"] = zeroPoint.map { .float($0) } ?? .null
                $0["magnr"] = .float(20)
                $0["sigmagnr"] = .float(0.125)
                // Arcseconds here: not to be scaled.
                $0["distnr"] = .float(1.39)
            }
        }
        add(2_458_999.5, -250, 25, 26.25)
        add(2_458_998.5, 100, 10, 25)
        add(2_458_997.5, -99_999, -99_999, 26.25)
        add(2_458_996.5, 100, 10, -99_999)
        add(2_458_995.5, nil, 10, 26.25)
        let alert = try packet.alert()
        #expect(alert.forced.map(\.mjd) == [58_998, 58_999])
        #expect(alert.forced.map(\.band.name) == ["i", "i"])
        let scale = Flux.nanojansky(magnitude: 26.25)
        #expect(alert.forced[1].flux == -250 * scale && alert.forced[1].fluxErr == 25 * scale)
        #expect(alert.forced[1].totalFlux == Flux.nanojansky(magnitude: 20) - 250 * scale)
        #expect(alert.detections.count == 1 && alert.upperLimits.isEmpty)
    }

    @Test func cutoutsAreRangesOfTheDatum() throws {
        var packet = try MadePacket.ztf()
        let stamps = ["cutoutScience": [1, 2, 3], "cutoutTemplate": [], "cutoutDifference": [9]] as [String: [UInt8]]
        for (name, bytes) in stamps {
            packet[name] = .record(["fileName": "x", "stampData": .bytes(bytes)])
        }
        try packet.container().withUnsafeBytes { message in
            try PacketDecoder(registry: nil).decode(message) { alert, datum in
                let science = try #require(alert.cutouts.science)
                #expect(Array(datum[science]) == [1, 2, 3])
                #expect(try Array(datum[#require(alert.cutouts.template)]) == [])
                #expect(try Array(datum[#require(alert.cutouts.difference)]) == [9])
            }
        }
    }

    @Test func aFilterThatZTFHasNotYetHasNoWavelength() throws {
        var packet = try MadePacket.ztf()
        packet["candidate.fid"] = .int(4)
        let band = try packet.alert().band
        #expect(band.name == "fid4" && band.wavelength.isNaN)
    }

    @Test func aHistoryOfAHundredThousandPointsIsReadWhole() throws {
        var packet = try MadePacket.ztf()
        packet.addDetection(jd: 2_458_000.5, id: 1)
        guard case .array(let rows)? = packet["prv_candidates"] else { return }
        packet["prv_candidates"] = .array(Array(repeating: rows[0], count: AlertBounds.rows))
        #expect(try packet.alert().detections.count == AlertBounds.rows + 1)
        packet["prv_candidates"] = .array(Array(repeating: rows[0], count: AlertBounds.rows + 1))
        #expect(try packet.error()?.letterCode == DeadLetterCode(.decode, .tooLarge))
    }

    @Test(
        arguments: [
            ("candidate.ra", .double(361), .position), ("candidate.ra", .double(-1), .position),
            ("candidate.ra", .double(.nan), .position), ("candidate.dec", .double(90.5), .position),
            ("candidate.dec", .double(-.infinity), .position), ("candidate.jd", .double(0), .time),
            ("candidate.jd", .double(59_000.25), .time), ("candidate.jd", .double(.nan), .time),
            ("candidate.magpsf", .float(.nan), .photometry), ("candidate.magpsf", .float(.infinity), .photometry),
            ("candidate.magpsf", .float(-999), .photometry), ("candidate.magpsf", .float(-800), .photometry),
            ("candidate.sigmapsf", .float(-0.1), .photometry), ("candidate.sigmapsf", .float(.nan), .photometry),
            ("candidate.sigmapsf", .float(.infinity), .photometry), ("candidate.isdiffpos", "x", .photometry),
            ("candidate.isdiffpos", "", .photometry), ("objectId", "", .identity), ("objectId", "null", .identity),
            ("candidate.fid", .int(0), .photometry), ("candidate.fid", .int(-1), .photometry),
            ("candidate.fid", .int(100), .photometry), ("candidate.fid", .int(.max), .photometry),
        ] as [(String, AvroValue, PacketError.Stage)]
    )
    func aValueThatCannotBeIsNamed(field: String, value: AvroValue, stage: PacketError.Stage) throws {
        var packet = try MadePacket.ztf()
        packet[field] = value
        let error = try packet.error()
        #expect(error?.stage == stage && error?.field == field && error?.value != nil, "\(String(describing: error))")
        #expect(error?.isTransient == false)
    }

    @Test func aRowOfTheHistoryWhoseTimeOrFluxCannotBeUsedCostsItselfOnly() throws {
        var packet = try MadePacket.ztf()
        packet.addDetection(jd: 2_458_999, id: 3)
        #expect(try packet.alert().flags.isEmpty)
        packet.addLimit(jd: 12, magnitude: 20)
        packet.addLimit(jd: 2_458_998, magnitude: -1006.94)
        packet.addDetection(jd: 2_458_997, id: 4, sign: "?")
        let alert = try packet.alert()
        #expect(alert.detections.map(\.id) == [3, alert.alertId] && alert.upperLimits.isEmpty)
        #expect(alert.flags == .historyUnreadable && alert.unreadableRows == 3)
    }

    @Test(arguments: [(nil, 1, true), (2, 1, true), (0.9, 1, false), (1, 1, false)] as [(Float?, Float, Bool)])
    func anAsteroidIsNearerThanAnyStar(star: Float?, asteroid: Float, matches: Bool) throws {
        var packet = try MadePacket.ztf()
        packet["candidate.distpsnr1"] = star.map { .float($0) } ?? .float(-999)
        packet["candidate.ssdistnr"] = .float(asteroid)
        packet["candidate.ssnamenr"] = "21613"
        #expect(try packet.alert().flags.contains(.solarSystem) == matches)
    }

    @Test func anAsteroidIsNotSeenManyTimesAtOnePlace() throws {
        var packet = try MadePacket.ztf()
        packet["candidate.ssdistnr"] = .float(1)
        packet["candidate.ssnamenr"] = "21613"
        for number in 1...4 { packet.addDetection(jd: 2_458_990 + Double(number), id: Int64(number)) }
        #expect(try packet.alert().flags.contains(.solarSystem))
        packet.addDetection(jd: 2_458_995, id: 5)
        #expect(try !packet.alert().flags.contains(.solarSystem))
    }

    @Test(
        arguments: [("t", 9, false), ("f", 9, true), ("f", 1.38, false), ("f", 1.39, true), ("f", -999, true)]
            as [(String, Float, Bool)]
    )
    func aNegativeDifferenceWithoutAReferenceSourceIsDubious(sign: String, distance: Float, isDubious: Bool) throws {
        var packet = try MadePacket.ztf()
        packet["candidate.isdiffpos"] = .string(sign)
        packet["candidate.distnr"] = .float(distance)
        #expect(try packet.alert().flags.contains(.dubious) == isDubious)
    }

    @Test func theMiddleOfAnExposureIsToldInAtomicTime() throws {
        let alert = try MadePacket.ztf().alert()
        #expect(abs((alert.mjdTai - alert.mjd) * 86_400 - 52) < 1e-4)
        #expect(abs((ZTF.middle(utcStart: 59_000, exposure: 90) - 59_000) * 86_400 - 82) < 1e-4)
        #expect(ZTF.middle(utcStart: 59_000, exposure: -1) == ZTF.middle(utcStart: 59_000, exposure: nil))
    }

    @Test(
        arguments: [
            ("0", []), ("", []), ("56", ["procstatus56"]), ("61", ["procstatus61"]),
            ("57,255", ["procstatus57", "procstatus255"]), ("999999999999999999999", []),
        ] as [(String, [String])]
    )
    func theStatusOfForcedPhotometryIsFlags(text: String, names: [String]) {
        let flags = Array(text.utf8).withUnsafeBytes { ZTF.processingFlags($0) }
        #expect(Surveys.names(of: flags, survey: ZTF.name) == names)
        #expect(flags.isDisjoint(with: ZTF.fatalCodes) == !(text.contains("61") || text.contains("255")))
    }

    @Test(arguments: [(nil, -2), (1, 1), (2, 2), (64, 64), (1000, -2)] as [(Int64?, Int8)])
    func aProgramThatIsUnknownIsNotPublic(value: Int64?, id: Int8) {
        #expect(ZTF.programId(value) == id)
        #expect(SurveyProgram.isPublic(ZTF.programId(value)) == [1, 64].contains(id))
    }

    @Test(
        arguments: [
            (#""int""#, .int(3), 3), (#""double""#, .double(3), -2), (#""string""#, .string("1"), -2),
            (#"["null","string"]"#, .union(1, .string("3")), -2), (#"["null","int"]"#, .union(0, .null), -2),
            (#"["null","int"]"#, .union(1, .int(1)), 1),
        ] as [(String, AvroValue, Int8)]
    )
    func aProgramThatCannotBeReadIsNotPublic(type: String, value: AvroValue, id: Int8) throws {
        var packet = try MadePacket.ztf(types: ["candidate.programid": type, "prv_candidates.programid": type])
        packet["candidate.programid"] = value
        packet.addDetection(jd: 2_458_999, id: 3)
        packet["prv_candidates.0.programid"] = value
        let alert = try packet.alert()
        #expect(alert.programId == id && alert.isPublic == (id == 1))
        #expect(alert.detections.map(\.programId) == [id, id])
        let absent = try MadePacket.ztf(without: ["candidate.programid"]).alert()
        #expect(absent.programId == SurveyProgram.unknown && !absent.isPublic)
    }

    @Test(arguments: [0, 1]) func aCutoutBeyondTheBoundIsLeftOut(beyond: Int) throws {
        var packet = try MadePacket.ztf()
        let stamp = AvroValue.record([
            "fileName": "a", "stampData": .bytes([UInt8](repeating: 7, count: AlertBounds.cutout + beyond)),
        ])
        packet["cutoutScience"] = .union(1, stamp)
        packet["cutoutTemplate"] = .union(1, .record(["fileName": "b", "stampData": .bytes([1])]))
        let alert = try packet.alert()
        #expect(alert.flags.contains(.shortened) == (beyond == 1))
        #expect(alert.cutouts.science?.count == (beyond == 1 ? nil : AlertBounds.cutout))
        #expect((alert.cutouts.template == nil) == (beyond == 1))
    }

    @Test(arguments: [63, 64, 65, 1000]) func aNameThatGoesOutIsBounded(length: Int) throws {
        var packet = try MadePacket.ztf()
        packet["candidate.ssdistnr"] = .float(0.5)
        packet["candidate.ssnamenr"] = .string(String(repeating: "X", count: length))
        let name = try #require(try packet.alert().context.solarSystem?.name)
        #expect(name.utf8.count == min(64, length) && name.hasSuffix("…") == (length > 64))
    }

    @Test(arguments: [(0.5, nil), (0.49, 0.49), (0, 0), (1, 1), (17.5, nil), (-999, nil)] as [(Float, Float?)])
    func aStarGalaxyScoreOfOneHalfIsNone(value: Float, score: Float?) throws {
        var packet = try MadePacket.ztf()
        packet["candidate.distpsnr1"] = .float(2)
        packet["candidate.sgscore1"] = .float(value)
        #expect(try packet.alert().context.nearestSources == [.init(distance: 2, starGalaxyScore: score)])
    }

    @Test(arguments: [(4, "fid4"), (99, "fid99"), (0, ""), (100, ""), (-7, ""), (.max, "")] as [(Int32, String)])
    func aFilterOfTheHistoryThatIsNotKnownHasNoWavelength(fid: Int32, name: String) throws {
        var packet = try MadePacket.ztf()
        packet.addDetection(jd: 2_458_999, id: 3)
        packet["prv_candidates.0.fid"] = .int(fid)
        packet.addLimit(jd: 2_458_998, magnitude: 20)
        packet["prv_candidates.1.fid"] = .int(fid)
        let alert = try packet.alert()
        let band = Band(name, wavelength: .nan)
        #expect(alert.detections[0].band == band && alert.detections[0].flux > 0)
        #expect(alert.upperLimits.map(\.band) == [band])
        if name.isEmpty { return }
        packet["candidate.fid"] = .int(fid)
        #expect(try packet.alert().band == band)
    }

    @Test func whatAnErrorQuotesIsShortAndPlain() throws {
        var packet = try MadePacket.ztf()
        packet["candidate.isdiffpos"] = .string("?\0\n" + String(repeating: "x", count: 1_000_000))
        let error = try #require(try packet.error())
        #expect(error.value?.hasPrefix("?\\u{0}\\nxxx") == true && error.description.utf8.count < 1024)
        #expect(!error.description.holdsControlCharacters)
    }

    @Test func anErrorOfTheHistoryThatCannotBeIsUnknown() throws {
        var packet = try MadePacket.ztf()
        packet.addDetection(jd: 2_458_999, id: 4)
        packet["prv_candidates.0.sigmapsf"] = .float(-1)
        let alert = try packet.alert()
        #expect(alert.detections.count == 2)
        #expect(alert.detections[0].flux > 0 && alert.detections[0].fluxErr.isNaN)
    }

    @Test(arguments: ["ZTF\0", "ZTF\n", String(repeating: "Z", count: 256)])
    func anObjectsIdThatIsNoKeyIsRefused(name: String) throws {
        var packet = try MadePacket.ztf()
        packet["objectId"] = .string(String(repeating: "Z", count: 255))
        #expect(try packet.alert().objectId.utf8.count == 255)
        packet["objectId"] = .string(name)
        #expect(try packet.error()?.letterCode == DeadLetterCode(.identity, .objectId))
    }
}
