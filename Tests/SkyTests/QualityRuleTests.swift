import Testing

@testable import Sky

@Suite struct QualityRuleTests {
    @Test func aScoreBelowItsLimitIsRefusedAndNoScoreIsNot() {
        let cut = QualityRule().cut(of: SurveyName("ztf"))
        #expect(
            cut.refuses(AlertQuality(realBogus: 0.54).ofPoint) && !cut.refuses(AlertQuality(realBogus: 0.55).ofPoint)
        )
        #expect(!cut.refuses(AlertQuality(realBogus: 0.1, deepRealBogus: 0.6).ofPoint))
        #expect(cut.refuses(AlertQuality(realBogus: 0.9, deepRealBogus: 0.4).ofPoint))
        #expect(cut.refuses(AlertQuality(reliability: 0.49).ofPoint) && !cut.refuses(AlertQuality().ofPoint))
    }

    @Test func theTextTellsRulesApartAndIsTheSameForEqualOnes() {
        let (left, right) = (SurveyName("a"), SurveyName("b"))
        let rule = QualityRule(refusedFlags: [left: QualityFlags(bit: 0), right: QualityFlags(bit: 63)])
        #expect(
            rule.canonicalText
                == QualityRule(refusedFlags: [right: QualityFlags(bit: 63), left: [.init(bit: 0)]]).canonicalText
        )
        #expect(
            rule.canonicalText
                == "quality 1\ndrb < 0.5\nrb < 0.55\nreliability < 0.5\na flags 1\nb flags 8000000000000000\n"
        )
        #expect(rule.canonicalText != QualityRule(reliabilityBelow: 0.6).canonicalText)
    }

    @Test func aScoreThatIsNoNumberIsNone() {
        #expect(PointQuality(score: .nan, kind: .realBogus) == PointQuality())
    }
}
