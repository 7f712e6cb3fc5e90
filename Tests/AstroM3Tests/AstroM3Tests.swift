import Testing

@testable import AstroM3

@Suite struct AstroM3Tests {}
