/// What a long-running command stands on: log, metrics, health with its HTTP server, signals and systemd.
///
/// ```swift
/// let process = try ServiceProcess(log: log, listen: address, shutdown: .seconds(30), environment: variables)
/// process.health.addReadinessCheck("postgres") { archive.complaint }
/// process.started()
/// while !process.stop.isRequested { ... }
/// process.ended()
/// ```
package final class ServiceProcess: Sendable {
    /// The log on standard error.
    package let log: Logger
    /// All metrics; the process's own are declared.
    package let metrics: MetricsRegistry
    /// What the parts say of themselves.
    package let health: Health
    /// The request to stop, by a signal or from within.
    package let stop: StopToken
    private let server: HTTPServer?
    private let systemd: SystemdNotifier

    /// Starts to log, to listen and to watch for signals.
    ///
    /// - Parameters:
    ///   - log: where the process and its parts log to.
    ///   - listen: where the HTTP server listens; nil for none.
    ///   - shutdown: how long a stop may take after a signal.
    ///   - environment: variables by name, in which systemd says how to be told.
    ///   - watchesSignals: whether signals of the process request the stop; once in a process.
    ///   - routes: what the HTTP server answers besides the status pages.
    /// - Throws: `HTTPServerError` where the address cannot be had.
    package init(
        log: Logger,
        listen: ListenAddress?,
        shutdown: Duration,
        environment: [String: String],
        watchesSignals: Bool = true,
        routes: [HTTPRoute] = []
    ) throws {
        self.log = log
        metrics = MetricsRegistry()
        health = Health()
        stop = StopToken()
        systemd = SystemdNotifier(environment: environment)
        ProcessMetrics.declare(in: metrics)
        if let listen {
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
            SignalWatcher(token: stop, deadline: shutdown, log: log).install()
        }
        if let server { log.info("listening", ["address": .text(server.address.description)]) }
    }

    /// Where the HTTP server listens; nil where there is none.
    package var address: ListenAddress? { server?.address }

    /// The work has begun: ready from here on where the checks agree.
    package func started() {
        guard !stop.isRequested else { return }
        health.set(.running)
        systemd.ready()
        systemd.feedWatchdog(from: health, until: stop)
    }

    /// The work is done: closes the HTTP server.
    package func ended() {
        stop.request()
        server?.stop()
        log.info("ended")
    }
}
