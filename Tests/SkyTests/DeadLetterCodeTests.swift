import Testing

@testable import Sky

@Suite struct DeadLetterCodeTests {
    @Test func everyCodeStandsOnceWithAMeaning() {
        let all = DeadLetterCode.all
        #expect(Set(all.map(\.description)).count == all.count)
        for code in all { #expect(!code.meaning.isEmpty) }
        #expect(all.map(\.description).contains("identity.object-id"))
        #expect(Set(all.map(\.reason)) == Set(DeadLetterCode.Reason.allCases))
    }
}
