import Testing

@testable import Service

@Suite struct ServiceTests {}
