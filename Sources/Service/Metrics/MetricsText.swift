/// Prometheus' text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct MetricsText {
    private(set) var bytes: [UInt8] = []

    mutating func header(_ name: String, _ type: String, _ help: String) {
        append("# HELP \(name) \(MetricLabels.escapedHelp(help))\n# TYPE \(name) \(type)\n")
    }

    mutating func sample(_ name: String, _ labels: MetricLabels, _ value: Double, adding extra: String? = nil) {
        append("\(name)\(labels.braces(adding: extra)) \(Self.number(value))\n")
    }

    /// Buckets are cumulative; the one without a bound equals the count.
    mutating func histogram(_ name: String, _ labels: MetricLabels, _ histogram: Histogram) {
        let state = histogram.snapshot
        var total = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], state.counts) {
            total += count
            sample("\(name)_bucket", labels, Double(total), adding: "le=\"\(Self.number(bound))\"")
        }
        sample("\(name)_sum", labels, state.sum)
        sample("\(name)_count", labels, Double(total))
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : value.description
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
