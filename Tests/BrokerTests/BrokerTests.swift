import Testing

@testable import Broker

@Suite struct BrokerTests {}
