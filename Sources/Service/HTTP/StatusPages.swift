import Ground

/// The pages that an operator's tools read.
///
/// * `/livez`: whether the process works at all; a supervisor restarts it on 503.
/// * `/readyz`: whether it does its job; 503 with the reasons where it does not.
/// * `/metrics`: Prometheus' text format.
/// * `/status`: one JSON object for people.
public enum StatusPages {
    /// A router over the pages.
    public static func router(health: Health, metrics: MetricsRegistry) -> HTTPRouter {
        HTTPRouter([
            "/livez": { report(health.livenessProblems(), name: "live") },
            "/readyz": { report(health.readinessProblems(), name: "ready") },
            "/metrics": {
                HTTPResponse(
                    status: 200,
                    contentType: "text/plain; version=0.0.4; charset=utf-8",
                    body: metrics.exposition()
                )
            },
            "/status": { .json(health.status()) },
        ])
    }

    private static func report(_ problems: [HealthProblem], name: String) -> HTTPResponse {
        let document = JSONValue.object([
            JSONValue.Member(name, .bool(problems.isEmpty)),
            JSONValue.Member("reasons", .array(problems.map(\.json))),
        ])
        return .json(document, status: problems.isEmpty ? 200 : 503)
    }
}
