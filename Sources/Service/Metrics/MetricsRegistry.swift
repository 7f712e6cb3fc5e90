internal import Synchronization

/// All metrics of the process, in the order of their declaration.
///
/// ```swift
/// let consumed = metrics.counter("trifid_messages_consumed_total", "Messages read.", labels: "topic")
/// consumed.labelled("ztf").add(256)
/// ```
///
/// Names carry their unit: `_seconds`, `_bytes`, `_total` for counters.
package final class MetricsRegistry: Sendable {
    private struct Entry: Sendable {
        let name: String
        let render: @Sendable (inout MetricsText) -> Void
    }

    private let entries = Mutex<[Entry]>([])
    private let scrapeActions = Mutex<[@Sendable () -> Void]>([])

    /// An empty registry.
    package init() {}

    /// Declares a family of counters; its name ends in `_total`.
    package func counter(_ name: String, _ help: String, labels: String...) -> MetricFamily<Counter> {
        counters(name, help, labels)
    }

    /// Declares a counter without labels.
    package func counter(_ name: String, _ help: String) -> Counter { counters(name, help, []).labelled() }

    /// Declares a family of gauges.
    package func gauge(_ name: String, _ help: String, labels: String...) -> MetricFamily<Gauge> {
        gauges(name, help, labels)
    }

    /// Declares a gauge without labels.
    package func gauge(_ name: String, _ help: String) -> Gauge { gauges(name, help, []).labelled() }

    /// Declares a total that is kept elsewhere and set before each scrape; its name ends in `_total`.
    package func total(_ name: String, _ help: String, labels: String...) -> MetricFamily<Gauge> {
        precondition(name.hasSuffix("_total"), "a counter's name ends in _total: \(name)")
        return gauges(name, help, labels, type: "counter")
    }

    /// Declares a family of histograms; `bounds` are the buckets' upper bounds, growing.
    package func histogram(
        _ name: String,
        _ help: String,
        bounds: [Double] = Histogram.seconds,
        labels: String...
    ) -> MetricFamily<Histogram> {
        histograms(name, help, bounds, labels)
    }

    /// Declares a histogram without labels.
    package func histogram(_ name: String, _ help: String, bounds: [Double] = Histogram.seconds) -> Histogram {
        histograms(name, help, bounds, []).labelled()
    }

    /// Does something before each scrape: sets gauges from what is known only then.
    package func beforeScrape(_ action: @escaping @Sendable () -> Void) {
        scrapeActions.withLock { $0.append(action) }
    }

    /// All metrics in Prometheus' text format, version 0.0.4.
    package func exposition() -> [UInt8] {
        for action in scrapeActions.withLock({ $0 }) { action() }
        var text = MetricsText()
        for entry in entries.withLock({ $0 }) { entry.render(&text) }
        return text.bytes
    }
}

extension MetricsRegistry {
    private func counters(_ name: String, _ help: String, _ labels: [String]) -> MetricFamily<Counter> {
        precondition(name.hasSuffix("_total"), "a counter's name ends in _total: \(name)")
        let family = MetricFamily(name: name, help: help, labels: labels) { Counter() }
        return declare(family, "counter") { $2.sample(name, $0, Double($1.value)) }
    }

    private func gauges(
        _ name: String,
        _ help: String,
        _ labels: [String],
        type: String = "gauge"
    ) -> MetricFamily<Gauge> {
        let family = MetricFamily(name: name, help: help, labels: labels) { Gauge() }
        return declare(family, type) { $2.sample(name, $0, $1.value) }
    }

    private func histograms(
        _ name: String,
        _ help: String,
        _ bounds: [Double],
        _ labels: [String]
    ) -> MetricFamily<Histogram> {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "bounds grow: \(name)")
        let family = MetricFamily(name: name, help: help, labels: labels) { Histogram(bounds: bounds) }
        return declare(family, "histogram") { $2.histogram(name, $0, $1) }
    }

    private func declare<Instrument>(
        _ family: MetricFamily<Instrument>,
        _ type: String,
        _ render: @escaping @Sendable (MetricLabels, Instrument, inout MetricsText) -> Void
    ) -> MetricFamily<Instrument> {
        precondition(([family.name] + family.labelNames).allSatisfy(MetricLabels.isName), "bad name: \(family.name)")
        let entry = Entry(name: family.name) { text in
            text.header(family.name, type, family.help)
            for (labels, instrument) in family.sortedSeries { render(labels, instrument, &text) }
        }
        entries.withLock { entries in
            precondition(!entries.contains { $0.name == entry.name }, "declared twice: \(entry.name)")
            entries.append(entry)
        }
        return family
    }
}
