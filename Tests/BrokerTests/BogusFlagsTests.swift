import Settings
import Sky
import Survey
import Testing

@testable import Broker
@testable import Service

@Suite struct BogusFlagsTests {
    private let lsst = SurveyName("lsst")

    private func load(_ assignments: String...) -> ConfigurationLoader {
        var loader = ConfigurationLoader(check: AnnotationSettings.problems)
        loader.loadAll(file: nil, environment: [:], assignments: assignments)
        return loader
    }

    /// The default stands in two modules.
    @Test func theDefaultIsThatOfTheSurveys() {
        let loader = load()
        #expect(loader.problems.isEmpty)
        #expect(AnnotationSettings(loader.configuration).quality == Surveys.qualityRule)
    }

    @Test func theSettingDecidesAndGoesIntoTheDigest() {
        let rule = AnnotationSettings(load("annotation.bogusFlags=glint_trail").configuration).quality
        #expect(rule.refusedFlags.keys.sorted() == [lsst])
        #expect(Surveys.names(of: rule.refusedFlags[lsst] ?? [], survey: lsst) == ["glint_trail"])
        #expect(rule.canonicalText != Surveys.qualityRule.canonicalText)
        #expect(AnnotationSettings(load("annotation.bogusFlags=").configuration).quality.refusedFlags.isEmpty)
    }

    @Test func aNameThatNoSurveyHasIsAProblemThatListsTheNames() throws {
        let problems = load("annotation.bogusFlags=isDipole,isMonopole").problems
        #expect(problems.map(\.key) == ["annotation.bogusFlags"])
        let text = try #require(problems.first?.description)
        #expect(text.contains("'isMonopole'") && text.contains("isDipole, pixelFlags_bad"), "\(text)")
        #expect(load("annotation.bogusFlags=isDipole,isDipole").problems.count == 1)
    }
}
