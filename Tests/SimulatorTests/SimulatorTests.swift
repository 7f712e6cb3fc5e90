import Testing

@testable import Simulator

@Suite struct SimulatorTests {}
