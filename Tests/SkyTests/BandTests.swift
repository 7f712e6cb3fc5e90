import Testing

@testable import Sky

@Suite struct BandTests {
    @Test(arguments: ["g", "V", "W1", "uvot-uvw2", ""]) func nameIsKeptToEightCharacters(name: String) {
        #expect(Band(name, wavelength: 500).name == String(name.prefix(8)))
    }

    @Test func bandsWithoutWavelengthAreEqualByName() {
        #expect(Band("g", wavelength: .nan) == Band("g", wavelength: .nan))
        #expect(Band("g", wavelength: .nan) != Band("g", wavelength: 480))
        #expect(Set([Band("g", wavelength: .nan), Band("g", wavelength: .nan)]).count == 1)
    }
}
