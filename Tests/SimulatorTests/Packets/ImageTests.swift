import Avro
import CZlib
import SimulationSupport
import Testing

@testable import Simulator

@Suite struct ImageTests {
    /// What a gzip file holds; checks its checksum and length.
    private func inflated(_ file: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        #expect(inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var source = file
        var end = Z_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { target, count in
            source.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                end = inflate(&stream, Z_FINISH)
                count = target.count - Int(stream.avail_out)
            }
        }
        #expect(end == Z_STREAM_END && stream.avail_in == 0)
        return bytes
    }

    private func pixels(_ fits: [UInt8], _ side: Int) throws -> [Float] {
        #expect(fits.count % 2880 == 0)
        let header = String(decoding: fits.prefix(2880), as: UTF8.self)
        #expect(header.hasPrefix("SIMPLE  =                    T"))
        #expect(header.contains("BITPIX  =                  -32"))
        #expect(
            header.contains("NAXIS1  =                   \(side)")
                && header.contains("NAXIS2  =                   \(side)")
        )
        return (0..<side * side).map { index in
            let start = 2880 + 4 * index
            let bits = fits[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return Float(bitPattern: bits)
        }
    }

    @Test func ztfImagesAreGzippedFITS() throws {
        var bright = 0
        for alert in try Simulations.alerts(150, Simulations.settings(cutouts: true)) {
            let packet = try Datum.value(alert.packet)
            var images: [String: [Float]] = [:]
            for name in ["cutoutScience", "cutoutTemplate", "cutoutDifference"] {
                let file = try #require(packet.at(name + ".stampData")?.octets)
                images[name] = try pixels(try inflated(file), 63)
                #expect(images[name]?.allSatisfy(\.isFinite) == true)
                #expect((10_000...17_000).contains(file.count))
            }
            guard alert.sourceClass != .bogus, alert.flux.magnitude > 12 * alert.fluxErr,
                let difference = images["cutoutDifference"]
            else { continue }
            bright += 1
            // The source stands in the middle and nowhere else.
            let sign: Float = alert.flux > 0 ? 1 : -1
            let peak = try #require(difference.indices.max { sign * difference[$0] < sign * difference[$1] })
            #expect(
                abs(peak % 63 - 31) <= 1 && abs(peak / 63 - 31) <= 1,
                "\(alert.objectId): \(peak % 63), \(peak / 63)"
            )
        }
        #expect(bright > 20)
    }

    @Test func lsstImagesAreFITSWithVarianceAndSpread() throws {
        for alert in try Simulations.alerts(
            30,
            Simulations.settings(.lsst(major: 10, minor: 0), framing: .container, cutouts: true)
        ) {
            let packet = try Datum.value(alert.packet)
            for name in ["cutoutScience", "cutoutTemplate", "cutoutDifference"] {
                let file = try #require(packet[name]?.octets)
                #expect(file.count == 34_560)
                #expect(try pixels(file, 30).allSatisfy(\.isFinite))
                let text = String(decoding: file, as: UTF8.self)
                #expect(text.contains("EXTNAME = 'UNCERT  '") && text.contains("EXTNAME = 'PSFIMAGE'"))
                #expect(text.contains("CRVAL1  = ") && text.contains(String("\(alert.ra)".prefix(10))))
            }
        }
    }

    @Test func noTwoImagesAreTheSame() throws {
        var seen: Set<[UInt8]> = []
        let alerts = try Simulations.alerts(300, Simulations.settings(cutouts: true))
        for alert in alerts {
            let packet = try Datum.value(alert.packet)
            for name in ["cutoutScience", "cutoutTemplate", "cutoutDifference"] {
                seen.insert(try #require(packet.at(name + ".stampData")?.octets))
            }
        }
        #expect(seen.count == 3 * alerts.count)
    }

    @Test func piecesMakeOneFile() throws {
        let parts: [[UInt8]] = [Array("header".utf8), (0..<5000).map { UInt8($0 % 251) }, Array("middle".utf8), []]
        let file = Gzip.file(
            Gzip.piece(parts[0], last: false),
            Gzip.piece(parts[1], last: false),
            stored: parts[2],
            Gzip.piece(parts[3], last: true)
        )
        #expect(try inflated(file) == parts.flatMap { $0 })
    }
}
