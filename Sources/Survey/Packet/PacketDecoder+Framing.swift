internal import Avro

extension PacketDecoder {
    /// How a message holds its records.
    public enum Framing: String, Hashable, Sendable, CaseIterable {
        /// An Avro object container, with its schema and any number of records.
        case container
        /// Confluent's wire format: a zero byte, a schema's id and one record.
        case confluent
        /// Avro's single-object encoding: C3 01, the fingerprint of a schema and one record.
        case singleObject = "single-object"

        /// The framing that the first bytes tell, nil where they tell none.
        init?(of message: UnsafeRawBufferPointer) {
            if ContainerHeader.matches(message) {
                self = .container
            } else if ConfluentFrame.matches(message) {
                self = .confluent
            } else if SingleObjectFrame.matches(message) {
                self = .singleObject
            } else {
                return nil
            }
        }

        /// The framing in words.
        var title: String {
            switch self {
            case .container: "an Avro object container"
            case .confluent: "a record with a schema's id (Confluent)"
            case .singleObject: "a record with a schema's fingerprint (Avro single object)"
            }
        }
    }
}
