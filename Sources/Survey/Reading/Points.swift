internal import Sky

extension Detection {
    init(id: Int64, mjd: Double, band: Band, difference: Flux, total: Flux) {
        self.init(
            id: id,
            mjd: mjd,
            band: band,
            flux: difference.value,
            fluxErr: difference.error,
            totalFlux: total.value,
            totalFluxErr: total.error
        )
    }
}

extension ForcedPhotometry {
    init(id: Int64, mjd: Double, band: Band, difference: Flux, total: Flux) {
        self.init(
            id: id,
            mjd: mjd,
            band: band,
            flux: difference.value,
            fluxErr: difference.error,
            totalFlux: total.value,
            totalFluxErr: total.error
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
