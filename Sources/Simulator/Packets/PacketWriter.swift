/// Writes one alert as the survey would send it.
protocol PacketWriter: Sendable {
    /// The framed packet of `alert`, whose source was measured `previous` times in the last 30 days (ZTF) or the
    /// last year (LSST), by time.
    mutating func packet(_ source: SimulatedSource, _ alert: Measurement, previous: [Measurement]) -> [UInt8]

    /// The survey's id of the measurement.
    func alertId(_ source: SimulatedSource, _ alert: Measurement) -> Int64

    /// The identity that a broker gives to the source, once it has been detected.
    func objectId(_ source: SimulatedSource) -> String

    /// The identity that a broker gives to the source of an alert.
    func objectId(_ source: SimulatedSource, _ alert: Measurement) -> String

    /// Days of history in a packet.
    var historyDays: Int { get }
}

extension PacketWriter {
    func objectId(_ source: SimulatedSource, _ alert: Measurement) -> String { objectId(source) }
}
