/// Something that is there in one exposure and nowhere else: an asteroid on its way, an artefact.
struct Flash: LightCurveModel {
    /// Time of the exposure (MJD).
    var mjd: Double
    /// Flux in nJy, negative for an artefact that is darker than the reference.
    var flux: PerBand

    func flux(at time: Double, in band: Passband) -> Double {
        (time - mjd).magnitude < 1e-4 ? flux[band] : 0
    }

    func referenceFlux(in band: Passband) -> Double { 0 }
}
