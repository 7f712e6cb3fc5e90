import Settings
import Survey
import Testing

@testable import Broker
@testable import Service

@Suite struct InputFramingTests {
    /// A dead letter's reason names the framing that a message has as a value of the setting.
    @Test(arguments: PacketDecoder.Framing.allCases)
    func everyFramingOfAMessageIsAValueOfTheSetting(_ framing: PacketDecoder.Framing) {
        var loader = ConfigurationLoader()
        loader.load(yaml: Array("input: {framing: \(framing.rawValue)}".utf8), named: "t.yaml")
        #expect(loader.problems.isEmpty)
        #expect(StreamSettings(loader.configuration).framing == framing)
    }

    @Test func autoTakesAll() {
        #expect(StreamSettings(ConfigurationLoader().configuration).framing == nil)
    }
}
