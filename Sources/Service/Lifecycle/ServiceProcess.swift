/// What a long-running command stands on: log, metrics, health with its HTTP server, signals and systemd, as the
/// configuration says.
///
/// ```swift
/// let process = try ServiceProcess(configuration, environment: Environment.variables)
/// process.health.addReadinessCheck("postgres") { archive.complaint }
/// process.started()
/// while !process.stop.isRequested { ... }
/// process.ended()
/// ```
public final class ServiceProcess: Sendable {
    /// The log on standard error.
    public let log: Logger
    /// All metrics; the process's own are declared.
    public let metrics: MetricsRegistry
    /// What the parts say of themselves.
    public let health: Health
    /// The request to stop, by a signal or from within.
    public let stop: StopToken
    private let server: HTTPServer?
    private let systemd: SystemdNotifier

    /// Starts to log, to listen and to watch for signals.
    ///
    /// - Parameters:
    ///   - component: name in the log, as "run".
    ///   - watchesSignals: whether signals of the process request the stop; once in a process.
    ///   - routes: what the HTTP server answers besides the status pages.
    /// - Throws: `HTTPServerError` where `http.listen` cannot be had.
    public init(
        _ configuration: Configuration,
        component: String,
        environment: [String: String],
        watchesSignals: Bool = true,
        routes: [HTTPRoute] = []
    ) throws {
        let sink = LogSink.standardError(level: configuration.log.level, format: configuration.log.format)
        log = Logger(component, to: sink)
        metrics = MetricsRegistry()
        health = Health()
        stop = StopToken()
        systemd = SystemdNotifier(environment: environment)
        ProcessMetrics.declare(in: metrics)
        if let listen = configuration.http.listen {
            let pages = StatusPages.routes(health: health, metrics: metrics)
            let router = HTTPRouter(pages + routes) { [log] error, request in
                log.error("a request failed", ["path": .text(request.path), "error": .text("\(error)")])
            }
            server = try HTTPServer(listen: listen, router: router)
        } else {
            server = nil
        }
        let notifying = (health, systemd)
        stop.onStop {
            notifying.0.set(.stopping)
            notifying.1.stopping()
        }
        if watchesSignals {
            SignalWatcher(token: stop, deadline: configuration.limits.shutdown.duration, log: log).install()
        }
        if let server { log.info("listening", ["address": .text(server.address.description)]) }
    }

    /// Where the HTTP server listens; nil where there is none.
    public var address: ListenAddress? { server?.address }

    /// The work has begun: ready from here on where the checks agree.
    public func started() {
        guard !stop.isRequested else { return }
        health.set(.running)
        systemd.ready()
        systemd.feedWatchdog(from: health, until: stop)
    }

    /// The work is done: closes the HTTP server.
    public func ended() {
        stop.request()
        server?.stop()
        log.info("ended")
    }
}
