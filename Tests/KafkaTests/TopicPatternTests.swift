import Testing

@testable import Kafka

@Suite struct TopicPatternTests {
    @Test(arguments: [
        "^ztf_[0-9]{8}_programid1$", "^(ztf|lsst)", "^ztf\\.x", "^a[[:digit:]]+", "^a+\\+?", "^[]a]", "^[^]?+]",
        "^\\w+", "^a{1,2}",
    ])
    func whatMeansTheSameIsTaken(pattern: String) {
        #expect(TopicPattern.complaint(about: pattern) == nil)
    }

    @Test(arguments: [
        ("^ztf(?!_)", "input.topics"), ("^(?i)ztf", "[zZ]"), ("^ztf\\d+", "[0-9]"), ("^ztf[\\d]", "0-9"),
        ("^(?:a)", "(...)"), ("^a+?", "lazy"), ("^a++", "lazy"), ("^\\p{L}", "no meaning"),
        ("^(", "regular expression"),
        ("^[a", "regular expression"), ("^(?P<a>b)", "no (?...)"), ("^a\\Z", "$"),
    ])
    func whatMeansSomethingElseIsRefusedWithWhatToWrite(pattern: String, words: String) throws {
        let complaint = try #require(TopicPattern.complaint(about: pattern))
        #expect(complaint.contains("POSIX extended") && complaint.contains(words), "\(complaint)")
    }
}
