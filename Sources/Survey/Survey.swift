enum SurveyRoom {}
