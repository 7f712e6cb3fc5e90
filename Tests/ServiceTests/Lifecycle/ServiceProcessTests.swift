import Testing

@testable import Service

@Suite struct ServiceProcessTests {
    @Test func aProcessStartsRunsAndEnds() throws {
        var loader = ConfigurationLoader()
        loader.load(yaml: Array("http: {listen: \"127.0.0.1:0\"}\nlog: {level: error}\n".utf8), named: "t.yaml")
        let process = try ServiceProcess(
            loader.configuration,
            component: "test",
            environment: [:],
            watchesSignals: false
        )
        #expect(process.address?.port != 0)
        #expect(!process.health.readinessProblems().isEmpty)
        process.started()
        #expect(process.health.readinessProblems().isEmpty)
        process.stop.request()
        #expect(process.health.readinessProblems().map(\.check) == ["phase"])
        process.ended()
    }

    @Test func aStopBeforeTheStartStays() throws {
        var loader = ConfigurationLoader()
        loader.load(yaml: Array("http: {listen: null}\nlog: {level: error}\n".utf8), named: "t.yaml")
        let process = try ServiceProcess(
            loader.configuration,
            component: "test",
            environment: [:],
            watchesSignals: false
        )
        #expect(process.address == nil)
        process.stop.request()
        process.started()
        #expect(!process.health.readinessProblems().isEmpty)
        process.ended()
    }
}
