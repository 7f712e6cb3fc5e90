import Testing

@testable import Kafka

@Suite struct KafkaTests {}
