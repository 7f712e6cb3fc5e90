import Testing

@testable import Archive

@Suite struct ArchiveTests {}
