internal import Synchronization

/// One metric with its help text, and one instrument for each combination of its labels' values.
///
/// Keep the instrument that `labelled` returns where it is used often; finding it takes a lock.
package final class MetricFamily<Instrument: Sendable>: Sendable {
    /// Name with its unit, as `trifid_batch_seconds`.
    package let name: String
    /// Most combinations of labels; one that comes later is counted under "other" for every label.
    static var maximumSeries: Int { 1000 }

    let help: String
    let labelNames: [String]
    private let make: @Sendable () -> Instrument
    private let series = Mutex<[MetricLabels: Instrument]>([:])

    init(name: String, help: String, labels: [String], make: @escaping @Sendable () -> Instrument) {
        self.name = name
        self.help = help
        labelNames = labels
        self.make = make
    }

    /// The instrument of these label values, in the order of the family's labels.
    package func labelled(_ values: String...) -> Instrument {
        let labels = MetricLabels(labelNames, values)
        return series.withLock { series in
            if let known = series[labels] { return known }
            let isFull = series.count >= Self.maximumSeries
            let kept = isFull ? MetricLabels(labelNames, labelNames.map { _ in "other" }) : labels
            if let known = series[kept] { return known }
            let new = make()
            series[kept] = new
            return new
        }
    }

    var sortedSeries: [(labels: MetricLabels, instrument: Instrument)] {
        series.withLock { series in
            series.sorted { $0.key.rendered < $1.key.rendered }.map { ($0.key, $0.value) }
        }
    }
}
