import Testing

@testable import Service

@Suite struct MetricsRegistryTests {
    private let metrics = MetricsRegistry()
    private var text: String { String(decoding: metrics.exposition(), as: UTF8.self) }

    @Test func familiesPrintHelpTypeAndSamplesInOrder() {
        let read = metrics.counter("read_total", "Messages \\ read,\nby topic.", labels: "topic", "partition")
        read.labelled("b", "0").add(3)
        read.labelled("a", "1").add()
        read.labelled("a", "1").add()
        metrics.gauge("lag", "Lag.").set(-1.5)
        #expect(
            text == """
                # HELP read_total Messages \\\\ read,\\nby topic.
                # TYPE read_total counter
                read_total{topic="a",partition="1"} 2
                read_total{topic="b",partition="0"} 3
                # HELP lag Lag.
                # TYPE lag gauge
                lag -1.5

                """
        )
    }

    @Test func labelValuesAreEscaped() {
        metrics.gauge("g", "G.", labels: "l").labelled("a\\b\"c\nd é").set(1)
        #expect(text.contains(#"g{l="a\\b\"c\nd é"} 1"#))
    }

    @Test func histogramBucketsAreCumulative() {
        let histogram = metrics.histogram("wait_seconds", "Wait.", bounds: [0.25, 1], labels: "stage").labelled("x")
        histogram.observe(0.25)
        histogram.observe(0.5, count: 2)
        histogram.observe(.seconds(5))
        histogram.observe(.nan)
        histogram.observe(contentsOf: [0.125, .nan])
        #expect(
            text == """
                # HELP wait_seconds Wait.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{stage="x",le="0.25"} 2
                wait_seconds_bucket{stage="x",le="1"} 4
                wait_seconds_bucket{stage="x",le="+Inf"} 5
                wait_seconds_sum{stage="x"} 6.375
                wait_seconds_count{stage="x"} 5

                """
        )
    }

    @Test(
        arguments: [
            (0, "0"), (1.5, "1.5"), (1e300, "1e+300"), (-3e9, "-3000000000"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (.nan, "NaN"),
        ]
            as [(Double, String)]
    )
    func numbersPrintAsPrometheusReadsThem(value: Double, text: String) {
        #expect(MetricsText.number(value) == text)
    }

    @Test func countersOnlyGrowUnderRaise() {
        let counter = metrics.counter("c_total", "C.")
        counter.raise(to: 5)
        counter.raise(to: 3)
        #expect(counter.value == 5)
    }

    @Test func nothingIsLostBetweenThreads() async {
        let counter = metrics.counter("c_total", "C.")
        let gauge = metrics.gauge("g", "G.")
        let histogram = metrics.histogram("h", "H.", bounds: [1])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.add()
                        gauge.add(1)
                        histogram.observe(0.5)
                    }
                }
            }
        }
        #expect(counter.value == 4000)
        #expect(gauge.value == 4000)
        #expect(histogram.snapshot.counts == [4000, 0])
    }

    @Test func aFamilyIsBounded() {
        let family = metrics.counter("c_total", "C.", labels: "a", "b")
        let limit = MetricFamily<Counter>.maximumSeries
        for number in 0..<(limit + 50) { family.labelled("\(number)", "x").add() }
        #expect(family.sortedSeries.count == limit + 1)
        #expect(text.contains("c_total{a=\"other\",b=\"other\"} 50"))
    }

    @Test func scrapeActionsRunFirst() {
        let gauge = metrics.gauge("g", "G.")
        metrics.beforeScrape { gauge.set(7) }
        #expect(text.contains("g 7\n"))
    }

    @Test func theProcessExportsWhatPrometheusKnows() throws {
        ProcessMetrics.declare(in: metrics)
        let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        func value(_ name: String) throws -> Double {
            let line = try #require(samples.first { $0.hasPrefix(name + " ") })
            return try #require(Double(line.dropFirst(name.count + 1)))
        }
        #expect(try value("process_resident_memory_bytes") > 1e6)
        #expect(try value("process_cpu_seconds_total") > 0)
        #expect(try value("process_open_fds") >= 3)
        #expect(try value("process_start_time_seconds") > 1.7e9)
        #expect(text.contains("# TYPE process_cpu_seconds_total counter"))
    }
}
