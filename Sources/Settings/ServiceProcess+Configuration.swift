package import Service

extension ServiceProcess {
    /// A process as a configuration sets it: `log`, `http.listen` and `limits.shutdown`.
    ///
    /// - Parameters:
    ///   - component: name in the log, as "run".
    ///   - environment: variables by name, in which systemd says how to be told.
    ///   - watchesSignals: whether signals of the process request the stop; once in a process.
    ///   - routes: what the HTTP server answers besides the status pages.
    /// - Throws: `HTTPServerError` where `http.listen` cannot be had.
    package convenience init(
        _ configuration: Configuration,
        component: String,
        environment: [String: String],
        watchesSignals: Bool = true,
        routes: [HTTPRoute] = []
    ) throws {
        let sink = LogSink.standardError(level: configuration.log.level, format: configuration.log.format)
        try self.init(
            log: Logger(component, to: sink),
            listen: configuration.http.listen,
            shutdown: configuration.limits.shutdown.duration,
            environment: environment,
            watchesSignals: watchesSignals,
            routes: routes
        )
    }
}
