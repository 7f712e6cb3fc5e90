import Testing

@testable import Service

@Suite struct ServiceProcessTests {
    private func process(listen: ListenAddress?) throws -> ServiceProcess {
        try ServiceProcess(
            log: Logger("test", to: .none),
            listen: listen,
            shutdown: .seconds(30),
            environment: [:],
            watchesSignals: false
        )
    }

    @Test func aProcessStartsRunsAndEnds() throws {
        let process = try process(listen: ListenAddress(host: "127.0.0.1", port: 0))
        #expect(process.address?.port != 0)
        #expect(!process.health.readinessProblems().isEmpty)
        process.started()
        #expect(process.health.readinessProblems().isEmpty)
        process.stop.request()
        #expect(process.health.readinessProblems().map(\.check) == ["phase"])
        process.ended()
    }

    @Test func aStopBeforeTheStartStays() throws {
        let process = try process(listen: nil)
        #expect(process.address == nil)
        process.stop.request()
        process.started()
        #expect(!process.health.readinessProblems().isEmpty)
        process.ended()
    }
}
