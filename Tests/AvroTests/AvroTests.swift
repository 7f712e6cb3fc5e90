import Testing

@testable import Avro

@Suite struct AvroTests {}
