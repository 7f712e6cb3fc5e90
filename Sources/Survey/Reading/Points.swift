internal import Sky

extension PhotometricPoint {
    init(
        _ kind: LightCurve.Kind,
        id: Int64,
        mjd: Double,
        band: Band,
        difference: Flux,
        total: Flux,
        quality: PointQuality = PointQuality(),
        programId: Int8 = SurveyProgram.none
    ) {
        self.init(
            kind: kind,
            id: id,
            mjd: mjd,
            band: band,
            flux: difference.value,
            fluxErr: difference.error,
            totalFlux: total.value,
            totalFluxErr: total.error,
            quality: quality,
            programId: programId
        )
    }
}

extension PacketError {
    /// The alert's own detection has no usable photometry.
    static func noPhotometry(_ field: String, _ value: Double?) -> PacketError {
        guard let value else { return .missing(.photometry, field) }
        return .outOfRange(.photometry, field, value, "a finite number, and a standard deviation not negative")
    }
}
