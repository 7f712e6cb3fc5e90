public import Sky

extension Alert {
    /// The alert as one JSON object, the output of `trifid decode`.
    ///
    /// Times are MJD in `timeScale`, fluxes and limits nJy, null where unknown; 64-bit ids are strings.
    public func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("survey", survey.name)
            $0.member("alertId", String(alertId))
            $0.member("objectId", objectId)
            $0.member("ra", ra)
            $0.member("dec", dec)
            $0.member("mjd", mjd)
            $0.member("timeScale", timeScale.rawValue)
            $0.member("band", band.nameOrNil)
            $0.array("detections") { for point in detections { point.appendJSON(to: &$0) } }
            $0.array("forced") { for point in forced { point.appendJSON(to: &$0) } }
            $0.array("upperLimits") { for point in upperLimits { point.appendJSON(to: &$0) } }
            $0.object("quality") { quality.appendMembers(to: &$0) }
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
    fileprivate func appendJSON(to json: inout JSONText) {
        json.object {
            $0.member("mjd", mjd)
            $0.member("band", band.nameOrNil)
            if kind == .upperLimit {
                $0.member("limit", flux)
            } else {
                $0.member("flux", flux)
                $0.member("fluxErr", fluxErr)
                $0.member("totalFlux", totalFlux)
                $0.member("totalFluxErr", totalFluxErr)
            }
        }
    }
}

extension AlertQuality {
    fileprivate func appendMembers(to json: inout JSONText) {
        json.member("realBogus", realBogus)
        json.member("deepRealBogus", deepRealBogus)
        json.member("reliability", reliability)
        json.member("signalToNoise", signalToNoise)
    }
}

extension AlertContext {
    fileprivate func appendMembers(to json: inout JSONText) {
        if let nearest = nearestSources.first {
            json.object("nearestStar") {
                $0.member("distance", nearest.distance)
                $0.member("starGalaxyScore", nearest.starGalaxyScore)
            }
        } else {
            json.member("nearestStar", nil)
        }
        if let referenceSource {
            json.object("referenceSource") {
                $0.member("distance", referenceSource.distance)
                $0.member("magnitude", referenceSource.magnitude)
            }
        } else {
            json.member("referenceSource", nil)
        }
        json.member("gaiaDistance", gaia?.distance)
        json.member("extendedness", extendedness)
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
