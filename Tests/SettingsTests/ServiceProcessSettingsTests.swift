import Service
import Testing

@testable import Settings

@Suite struct ServiceProcessSettingsTests {
    private func process(_ yaml: String) throws -> ServiceProcess {
        var loader = ConfigurationLoader()
        loader.load(yaml: Array(yaml.utf8), named: "t.yaml")
        return try ServiceProcess(
            loader.configuration,
            component: "test",
            environment: [:],
            watchesSignals: false
        )
    }

    @Test func theProcessListensWhereTheConfigurationSays() throws {
        let open = try process("http: {listen: \"127.0.0.1:0\"}\nlog: {level: error}\n")
        #expect(open.address?.host == "127.0.0.1" && open.address?.port != 0)
        #expect(open.log.isEnabled(.error) && !open.log.isEnabled(.warning))
        open.ended()
        let closed = try process("http: {listen: null}\nlog: {level: warning}\n")
        #expect(closed.address == nil && closed.log.isEnabled(.warning))
        closed.ended()
    }
}
