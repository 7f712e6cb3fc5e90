internal import Glibc
internal import Ground
internal import Sky

/// What a packet would have said of the surroundings of an object: from a labelled packet of its class where the object has
/// none of its own, varied, and with groups hidden at random, so that what is missing does not tell the class.
///
/// Donors are packets that training may see; a supernova keeps its own age, and a lasting source is shifted to its own
/// brightness.
struct ContextDraw: Sendable {
    /// What is known of an object's drawn light curve.
    struct Curve {
        /// Magnitude of the alert's difference flux.
        var magnitude: Double
        /// Magnitude of the reference source, where it has one.
        var reference: Double?
        /// Days from its first detection to the alert.
        var age: Double
        var detections: Int
    }

    /// Magnitudes of the source itself, which shift with it; `ref_mag` is the one that they shift by.
    static let magnitudes = [
        "ps_g_mag", "ps_r_mag", "ps_i_mag", "ps_z_mag", "gaia_mag", "phot_g_mean_mag", "ref_mag",
    ]
    /// Features that a packet lacks as a whole, those of a catalogue mostly, and how often they are hidden together.
    static let groups: [(names: [String], probability: Double)] = [
        (
            [
                "ps_distance", "ps_score", "ps_g_mag", "ps_r_mag", "ps_i_mag", "ps_z_mag", "ps2_distance", "ps2_score",
                "ps_count",
            ], 0.15
        ),
        (["gaia_distance", "gaia_mag", "gaia_bright_distance", "gaia_bright_mag", "phot_g_mean_mag"], 0.15),
        (["ref_distance", "ref_mag", "ref_chi", "ref_sharp", "alert_minus_ref", "flux_ratio"], 0.08),
        (["age", "detection_count", "coverage_count"], 0.1),
        (["parallax", "parallax_error", "pmra", "pmdec", "bv", "tycho2_vt", "ebv_mw"], 0.5),
        (["gal_b_abs"], 0.1), (["real_bogus"], 0.25),
    ]

    private let names: [String]
    private let places: [String: Int]
    /// Rows of the donors by class.
    private let donors: [String: [Packet]]

    /// A labelled packet's row, and days from the beginning of its survey to its alert.
    struct Packet: Sendable {
        var row: [Float]
        var surveyAge: Double

        init(row: [Float], alert mjd: Double) {
            self.row = row
            surveyAge = max(mjd - Self.firstLight, 30)
        }

        /// When ZTF's alerts began (MJD, March 2018).
        private static let firstLight = 58_178.0
    }

    init(names: [String], donors: [String: [Packet]]) {
        self.names = names
        places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        self.donors = donors
    }

    /// Whether there is a packet that can speak for a class.
    func hasDonor(_ node: String, _ rule: DrawRule) -> Bool { !pool(node, rule).isEmpty }

    private func pool(_ node: String, _ rule: DrawRule) -> [Packet] {
        (rule.context ?? [node]).flatMap { donors[$0] ?? [] }
    }

    /// The row of a labelled packet, varied.
    ///
    /// - Parameters:
    ///   - earlier: days by which another detection than the packet's own is the alert.
    ///   - dropped: detections that came after it.
    func varied(
        _ packet: Packet,
        _ rule: DrawRule,
        _ curve: Curve,
        earlier: Double,
        dropped: Int,
        _ generator: inout SplitMix64
    ) -> [Float] {
        var (row, packet) = (packet.row, packet)
        if earlier > 0 {
            packet.surveyAge = max(packet.surveyAge - earlier, 1)
            if let age = number(row, "age") { set(&row, "age", max(age - earlier, 0)) }
            if let count = number(row, "detection_count") {
                set(&row, "detection_count", max(count - Double(dropped), 1))
            }
        }
        if generator.chance(0.6) {
            changeSurvey(&row, rule, age: nil, detections: nil, surveyAge: packet.surveyAge, &generator)
        }
        jitter(&row, &generator)
        derive(&row, magnitude: curve.magnitude)
        return row
    }

    /// A row for an object without a packet: a donor's with the object's own numbers where it has them.
    func donated(
        to node: String,
        _ rule: DrawRule,
        own: [Float]?,
        _ curve: Curve,
        _ generator: inout SplitMix64
    ) -> [Float]? {
        let pool = pool(node, rule)
        guard !pool.isEmpty else { return nil }
        let packet = pool[generator.index(below: pool.count)]
        var row = packet.row
        func change(age: Double?, detections: Int?) {
            changeSurvey(&row, rule, age: age, detections: detections, surveyAge: packet.surveyAge, &generator)
        }
        if rule.place == .nucleus {
            set(&row, "ref_distance", generator.rayleigh(0.25))
            set(&row, "ps_distance", generator.rayleigh(0.25))
            set(&row, "ps_score", generator.chance(0.8) ? generator.between(0, 0.3) : generator.between(0.3, 1))
        }
        if !rule.isTransient || rule.place == .star {
            if let reference = curve.reference, let donor = number(row, "ref_mag") {
                for name in Self.magnitudes {
                    if let value = number(row, name) { set(&row, name, value + reference - donor) }
                }
            }
            let age = rule.isTransient ? generator.between(0, 120) : nil
            let count = age == nil ? nil : max(curve.detections, 1 + generator.index(below: 59))
            if age != nil || generator.chance(0.6) { change(age: age, detections: count) }
        } else {
            let age = generator.chance(0.05) ? generator.between(100, 2000) : curve.age
            change(age: age, detections: curve.detections)
        }
        if let latitude = rule.latitude { set(&row, "gal_b_abs", abs(latitude * generator.normal())) }
        if let own {
            for place in names.indices where own[place].isFinite { row[place] = own[place] }
        }
        jitter(&row, &generator)
        derive(&row, magnitude: curve.magnitude)
        return row
    }

    /// Imitates a survey of another age: its counts grow with it for lasting sources and not for transients.
    func changeSurvey(
        _ row: inout [Float],
        _ rule: DrawRule,
        age: Double?,
        detections: Int?,
        surveyAge: Double,
        _ generator: inout SplitMix64
    ) {
        guard let known = number(row, "age"), let count = number(row, "detection_count") else { return }
        let survey = generator.between(60, 2400)
        var (newAge, newCount) = (known, count)
        if let age {
            newAge = age
            newCount = Double(detections ?? Int(count))
        } else if rule.isTransient {
            newAge = min(known, survey)
        } else {
            // A lasting source was first seen soon after the survey began.
            newAge = min(known, survey * generator.between(0.8, 1))
            newCount = count * newAge / max(known, 1e-3)
        }
        newCount = max(1, newCount.rounded())
        set(&row, "age", newAge)
        set(&row, "detection_count", newCount)
        if let coverage = number(row, "coverage_count") {
            set(&row, "coverage_count", max(newCount, (coverage * survey / surveyAge).rounded()))
        }
    }

    func jitter(_ row: inout [Float], _ generator: inout SplitMix64) {
        for name in Self.magnitudes {
            if let value = number(row, name) { set(&row, name, value + 0.1 * generator.normal()) }
        }
        // Both are the magnitude of one source.
        if number(row, "phot_g_mean_mag") != nil, let value = number(row, "gaia_mag") {
            set(&row, "phot_g_mean_mag", value)
        }
        if let value = number(row, "ref_distance") { set(&row, "ref_distance", value * exp(0.2 * generator.normal())) }
        if let value = number(row, "gal_b_abs") {
            set(&row, "gal_b_abs", min(max(abs(value + 5 * generator.normal()), 0), 90))
        }
    }

    /// What follows from the others.
    func derive(_ row: inout [Float], magnitude: Double) {
        guard let reference = number(row, "ref_mag"), let distance = number(row, "ref_distance") else { return }
        set(&row, "alert_minus_ref", magnitude - reference)
        let isOwn = distance < Double(AlertContext.ownRadius)
        set(&row, "flux_ratio", isOwn ? 0.4 * (reference - magnitude) : Double(Metadata.none))
    }

    /// Hides groups of features, and single ones, at random.
    func hide(_ row: inout [Float], largestShare: Double, _ generator: inout SplitMix64) {
        for (names, probability) in Self.groups where generator.chance(probability) {
            for name in names { if let place = places[name] { row[place] = .nan } }
        }
        let share = generator.between(0, largestShare)
        for place in row.indices where generator.chance(share) { row[place] = .nan }
    }

    private func number(_ row: [Float], _ name: String) -> Double? {
        guard let place = places[name], row[place].isFinite else { return nil }
        return Double(row[place])
    }

    private func set(_ row: inout [Float], _ name: String, _ value: Double) {
        if let place = places[name] { row[place] = Float(value) }
    }
}
