extension Taxonomy {
    /// The ten classes of the published AstroM3 in the order of its head, under what they have in common.
    package static let published = Taxonomy(
        nodes: [
            Node("Eclipsing"), Node("EA", under: "Eclipsing"), Node("EB", under: "Eclipsing"),
            Node("EW", under: "Eclipsing"), Node("Pulsating"), Node("DSCT", under: "Pulsating"),
            Node("HADS", under: "Pulsating"), Node("M", under: "Pulsating"), Node("RRAB", under: "Pulsating"),
            Node("RRC", under: "Pulsating"), Node("SR", under: "Pulsating"), Node("ROT"),
        ],
        classes: ["DSCT", "EA", "EB", "EW", "HADS", "M", "ROT", "RRAB", "RRC", "SR"]
    )

    /// The variable sky as alert streams show it: explosions, variable stars, nuclei, and what was not there before.
    package static let wholeSky = Taxonomy(
        nodes: [
            Node("Transient"), Node("SN", under: "Transient"), Node("SN-Ia", under: "SN"), Node("SN-Ibc", under: "SN"),
            Node("SN-II", under: "SN"), Node("SN-IIn", under: "SN"), Node("SLSN", under: "SN"),
            Node("TDE", under: "Transient"), Node("CV", under: "Transient"), Node("Microlensing", under: "Transient"),
            Node("Variable"), Node("Eclipsing", under: "Variable"), Node("EA", under: "Eclipsing"),
            Node("EB", under: "Eclipsing"), Node("EW", under: "Eclipsing"), Node("Pulsating", under: "Variable"),
            Node("RRAB", under: "Pulsating"), Node("RRC", under: "Pulsating"), Node("CEP", under: "Pulsating"),
            Node("DSCT", under: "Pulsating"), Node("HADS", under: "Pulsating"), Node("M", under: "Pulsating"),
            Node("SR", under: "Pulsating"), Node("ROT", under: "Variable"), Node("YSO", under: "Variable"),
            Node("AGN"),
        ]
    )
}
