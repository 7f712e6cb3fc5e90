extension Optional where Wrapped == Double {
    /// The value unless it is null, NaN or infinite.
    var known: Double? {
        guard let value = self, value.isFinite else { return nil }
        return value
    }

    /// The value as a float unless it is null, NaN or infinite.
    var knownFloat: Float? { known.map { Float($0) } }

    /// The value, NaN where it is not known.
    var orUnknown: Double { known ?? .nan }

    /// A standard deviation, NaN where it is not known; a negative one is none.
    var deviation: Double {
        guard let value = known, value >= 0 else { return .nan }
        return value
    }
}
