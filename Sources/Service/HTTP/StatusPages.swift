import Ground

/// The pages that an operator's tools read.
///
/// * `/livez`: whether the process works at all; a supervisor restarts it on 503.
/// * `/readyz`: whether it does its job; 503 with the reasons where it does not.
/// * `/metrics`: Prometheus' text format.
/// * `/status`: one JSON object for people.
///
/// They are answered at once, however busy the handlers of other routes are.
package enum StatusPages {
    /// The routes of the pages.
    package static func routes(health: Health, metrics: MetricsRegistry) -> [HTTPRoute] {
        [
            .page("/livez") { _ in report(health.livenessProblems(), name: "live") },
            .page("/readyz") { _ in report(health.readinessProblems(), name: "ready") },
            .page("/metrics") { _ in
                HTTPResponse(
                    status: 200,
                    contentType: "text/plain; version=0.0.4; charset=utf-8",
                    body: metrics.exposition()
                )
            },
            .page("/status") { _ in health.status() },
        ]
    }

    private static func report(_ problems: [HealthProblem], name: String) -> HTTPResponse {
        let document = JSONValue.object([
            JSONValue.Member(name, .bool(problems.isEmpty)),
            JSONValue.Member("reasons", .array(problems.map(\.json))),
        ])
        return .json(document, status: problems.isEmpty ? 200 : 503)
    }
}
