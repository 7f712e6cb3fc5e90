/// A header of a message. Names may repeat; a value may be absent.
package struct KafkaHeader: Hashable, Sendable {
    /// The name.
    package var name: String
    /// The bytes, or nil for a null value.
    package var value: [UInt8]?

    /// A header with bytes.
    package init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header with text, as UTF-8.
    package init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }

    /// The value as text, invalid UTF-8 repaired.
    package var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}
