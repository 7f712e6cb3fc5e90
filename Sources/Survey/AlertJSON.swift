public import Ground
public import Sky

extension Alert {
    /// The alert as one JSON object, the output of `trifid decode`.
    ///
    /// Times are MJD in `timeScale`, fluxes and limits nJy, null where unknown; 64-bit ids are strings. The lists of points
    /// hold all that the packet has; `lightCurve` says which of them stand, one an exposure.
    ///
    /// - Parameter rule: what is no detection.
    public func appendJSON(to json: inout JSONText, under rule: QualityRule = Surveys.qualityRule) {
        json.object {
            $0.member("survey", survey.name)
            $0.member("alertId", String(alertId))
            $0.member("objectId", objectId)
            $0.member("ra", ra)
            $0.member("dec", dec)
            $0.member("mjd", mjd)
            $0.member("timeScale", timeScale.rawValue)
            $0.member("mjdTai", mjdTai)
            $0.member("band", band.nameOrNil)
            $0.member("programId", SurveyProgram.number(programId).map { Int($0) })
            $0.member("galacticLatitude", galacticLatitude)
            $0.array("detections") { for point in detections { point.appendJSON(to: &$0, survey) } }
            $0.array("forced") { for point in forced { point.appendJSON(to: &$0, survey) } }
            $0.array("upperLimits") { for point in upperLimits { point.appendJSON(to: &$0, survey) } }
            $0.array("lightCurve") {
                for point in exposures(quality: rule) { point.appendExposure(to: &$0) }
            }
            $0.member("unreadableRows", unreadableRows)
            $0.object("quality") { quality.appendMembers(to: &$0, survey) }
            $0.object("context") { context.appendMembers(to: &$0) }
            $0.array("flags") { for name in flags.names { $0.element(name) } }
            $0.member("schemaVersion", schemaVersion.isEmpty ? nil : schemaVersion)
        }
    }
}

extension Band {
    fileprivate var nameOrNil: String? { name.isEmpty ? nil : name }
}

extension PhotometricPoint {
    fileprivate func appendJSON(to json: inout JSONText, _ survey: SurveyName) {
        json.object {
            if kind != .upperLimit { $0.member("id", id == 0 ? nil : String(id)) }
            $0.member("mjd", mjd)
            $0.member("band", band.nameOrNil)
            if kind == .upperLimit {
                $0.member("limit", flux)
            } else {
                $0.member("flux", flux)
                $0.member("fluxErr", fluxErr)
                $0.member("totalFlux", totalFlux)
                $0.member("totalFluxErr", totalFluxErr)
                $0.member("score", quality.kind == .none ? nil : quality.score)
                $0.member("scoreKind", quality.kind.name)
                $0.array("flags") { for name in Surveys.names(of: quality.flags, survey: survey) { $0.element(name) } }
                $0.member("withdrawn", isWithdrawn)
            }
            $0.member("programId", SurveyProgram.number(programId).map { Int($0) })
            $0.member("chosen", isChosen)
        }
    }

    /// What tells the point, among those of the alert.
    fileprivate func appendExposure(to json: inout JSONText) {
        json.object {
            $0.member("mjd", mjd)
            $0.member("band", band.nameOrNil)
            $0.member("kind", kind.name)
            if kind != .upperLimit { $0.member("id", id == 0 ? nil : String(id)) }
        }
    }
}

extension LightCurve.Kind {
    /// The name as it goes out.
    fileprivate var name: String {
        switch self {
        case .detection: "detection"
        case .forced: "forced"
        case .upperLimit: "upper-limit"
        }
    }
}

extension AlertQuality {
    fileprivate func appendMembers(to json: inout JSONText, _ survey: SurveyName) {
        json.member("realBogus", realBogus)
        json.member("realBogusVersion", realBogusVersion)
        json.member("deepRealBogus", deepRealBogus)
        json.member("deepRealBogusVersion", deepRealBogusVersion)
        json.member("reliability", reliability)
        json.member("reliabilityVersion", reliabilityVersion)
        json.member("signalToNoise", signalToNoise)
        json.array("flags") { for name in Surveys.names(of: flags, survey: survey) { $0.element(name) } }
    }
}

extension AlertContext {
    fileprivate func appendMembers(to json: inout JSONText) {
        json.array("nearestSources") {
            for source in nearestSources {
                $0.object {
                    $0.member("distance", source.distance)
                    $0.member("starGalaxyScore", source.starGalaxyScore)
                }
            }
        }
        if let referenceSource {
            json.object("referenceSource") {
                $0.member("distance", referenceSource.distance)
                $0.member("magnitude", referenceSource.magnitude)
                $0.member("chi", referenceSource.chi)
                $0.member("sharpness", referenceSource.sharpness)
            }
        } else {
            json.member("referenceSource", nil)
        }
        for (name, source) in [("gaia", gaia), ("brightGaia", brightGaia)] {
            guard let source else {
                json.member(name, nil)
                continue
            }
            json.object(name) {
                $0.member("distance", source.distance)
                $0.member("magnitude", source.magnitude)
            }
        }
        json.member("detectionCount", detectionCount.map { Int($0) })
        json.member("coverageCount", coverageCount.map { Int($0) })
        json.member("firstDetectionMjd", firstDetectionMjd)
        json.member("extendedness", extendedness)
        if let trail {
            json.object("trail") {
                $0.member("flux", trail.flux)
                $0.member("length", trail.length)
                $0.member("angle", trail.angle)
                $0.member("chi2", trail.chi2)
                $0.member("dataCount", trail.dataCount.map { Int($0) })
            }
        } else {
            json.member("trail", nil)
        }
        if let dipole {
            json.object("dipole") {
                $0.member("meanFlux", dipole.meanFlux)
                $0.member("fluxDifference", dipole.fluxDifference)
                $0.member("length", dipole.length)
                $0.member("angle", dipole.angle)
                $0.member("chi2", dipole.chi2)
                $0.member("dataCount", dipole.dataCount.map { Int($0) })
            }
        } else {
            json.member("dipole", nil)
        }
        if let solarSystem {
            json.object("solarSystem") {
                $0.member("name", solarSystem.name)
                $0.member("distance", solarSystem.distance)
                $0.member("magnitude", solarSystem.magnitude)
            }
        } else {
            json.member("solarSystem", nil)
        }
    }
}
