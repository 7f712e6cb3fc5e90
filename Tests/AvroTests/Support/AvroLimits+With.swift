import Avro

extension AvroLimits {
    /// The usual limits but for what `change` does.
    static func with(_ change: (inout AvroLimits) -> Void) -> AvroLimits {
        var limits = AvroLimits()
        change(&limits)
        return limits
    }
}
