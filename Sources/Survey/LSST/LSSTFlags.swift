internal import Sky

extension LSST {
    /// The flags of `diaSource` that say something of its quality, bit by bit. The bits are stored in the archive: only
    /// ever add at the end.
    ///
    /// Their meaning is told in the schemas (github.com/lsst/alert_packet). `isNegative` and `dipoleFitAttempted` are
    /// no matter of quality.
    static let flagNames = [
        // The ten of Fink's `b_good_quality` (astrolabsoftware/fink-filters, fink_filters/rubin/blocks.py).
        "psfFlux_flag", "isDipole", "pixelFlags_bad", "shape_flag", "forced_PsfFlux_flag", "apFlux_flag",
        "centroid_flag", "pixelFlags_interpolated", "pixelFlags_cr", "forced_PsfFlux_flag_edge",
        // The others.
        "psfFlux_flag_edge", "psfFlux_flag_noGoodPixels", "forced_PsfFlux_flag_noGoodPixels",
        "apFlux_flag_apertureTruncated", "trail_flag_edge", "pixelFlags", "pixelFlags_crCenter", "pixelFlags_edge",
        "pixelFlags_nodata", "pixelFlags_nodataCenter", "pixelFlags_interpolatedCenter", "pixelFlags_offimage",
        "pixelFlags_saturated", "pixelFlags_saturatedCenter", "pixelFlags_suspect", "pixelFlags_suspectCenter",
        "pixelFlags_streak", "pixelFlags_streakCenter", "pixelFlags_injected", "pixelFlags_injectedCenter",
        "pixelFlags_injected_template", "pixelFlags_injected_templateCenter", "glint_trail",
    ]

    /// Fink's ten: one of them is enough. Of 139 alerts of the public stream (v10.0) 117 have a reliability of 0.5 and
    /// more, and 14 of these carry one.
    static let refusedFlags = QualityFlags(rawValue: (1 << 10) - 1)
}
