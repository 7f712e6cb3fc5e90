import Testing

@testable import Survey

@Suite struct SurveyTests {}
