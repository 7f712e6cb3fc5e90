package import AstroM3
internal import DataSets
internal import Glibc
package import Ground
package import Sky

/// What one look at an object shows: a record as inference takes it, and what a step learns from it.
package struct Example: Sendable {
    package var record: Record
    /// The object's number in the data set.
    package var object: Int
    /// Number of its label; -1 for none.
    package var label: Int
    /// The modalities that its class is told from: one of those in the record, or all. From one that the model does not know
    /// nothing is told.
    package var fused: ModalitySet
    /// Whether only the constants of its light curve are seen.
    package var constantsOnly: Bool
    /// A number that objects share which share the spectrum.
    package var spectrumIdentity: Int
}

/// Draws examples from the objects of a data set. The same generator gives the same example.
package struct ExampleDraw: Sendable {
    /// What a draw is for.
    package enum Purpose: Sendable, Hashable {
        /// Contrastive: nothing of what derives from a light curve beside it, no donors.
        case pretraining
        /// A spectrum beside a light curve is left out of half of the looks, and a share of all looks is told from one modality
        /// alone (`Recipe.Examples.hiddenModalities`).
        case finetuning
        /// As it is: nothing hidden, varied or cut.
        case evaluation
    }

    private let objects: ObjectData
    private let labels: [Int]
    private let rules: [String: DrawRule]
    private let settings: Recipe.Examples
    private let purpose: Purpose
    private let schedules: [PacketSchedule]
    private let context: ContextDraw
    private let names: [String]
    /// Features that the purpose never sees.
    private let unseen: [Int]

    /// - Parameter rules: how objects of a node are varied (`ClassTree`); what is evaluated is not.
    package init(
        _ objects: ObjectData,
        labels: TrainingLabels,
        rules: [String: DrawRule] = [:],
        _ settings: Recipe.Examples,
        _ purpose: Purpose,
        pool: ExamplePool
    ) {
        self.objects = objects
        self.rules = rules
        self.settings = settings
        self.purpose = purpose
        self.labels = objects.data.objects.map { labels.number(of: $0.node) ?? -1 }
        names = objects.data.features.names
        let contrastive = Set(objects.data.description.features.filter(\.isContrastive).map(\.name))
        unseen = purpose == .pretraining ? names.indices.filter { [names] in !contrastive.contains(names[$0]) } : []
        schedules = pool.schedules.compactMap { PacketSchedule(objects.curve($0)) }
        var donors: [String: [ContextDraw.Packet]] = [:]
        if purpose == .finetuning {
            for object in pool.alerts {
                guard let packet = Self.packet(object, objects) else { continue }
                donors[objects.data.objects[object].node, default: []].append(packet)
            }
        }
        context = ContextDraw(names: names, donors: donors)
    }

    /// One look at an object, with the period of its light curve where somebody finds it.
    package func example(
        of object: Int,
        _ generator: inout SplitMix64,
        periods: PeriodFinder? = nil
    ) -> Example {
        let entry = objects.data.objects[object]
        let look = look(at: object, entry.hasPacket, entry.node, &generator)
        var points = look.points
        let alert = points.last?.mjd ?? 0
        var row = features(of: object, entry.hasPacket, entry.node, points, &generator)
        if let row { addTotals(to: &points, by: row) }
        if purpose != .evaluation { row = sees(.metadata) ? hidden(row, &generator) : nil }
        var (spectrum, identity) = (nil as Spectrum?, -1)
        let spectra = objects.spectra[object]
        // A model must answer for a light curve without a spectrum too.
        if !spectra.isEmpty, sees(.spectrum), purpose != .finetuning || points.isEmpty || generator.chance(0.5) {
            let place = purpose == .evaluation ? spectra[0] : spectra[generator.index(below: spectra.count)]
            spectrum = objects.spectrum(place)
            identity = objects.identity(ofSpectrum: place)
        }
        var example = Example(
            record: Self.record(points, at: alert, row.map { Metadata(names: names, values: $0) }, spectrum),
            object: object,
            label: labels[object],
            fused: [.photometry, .spectrum, .metadata],
            constantsOnly: false,
            spectrumIdentity: identity
        )
        if let periods, let photometry = look.photometry {
            example.record.period = periods.period(of: photometry)
        }
        guard purpose != .evaluation else { return example }
        example.constantsOnly = generator.chance(settings.constantsOnly)
        if purpose == .finetuning, generator.chance(settings.hiddenModalities) {
            var present: [ModalitySet] = points.isEmpty ? [] : [.photometry]
            if spectrum != nil { present.append(.spectrum) }
            if row != nil { present.append(.metadata) }
            // Never two of three: a pair is told where there is no third.
            if !present.isEmpty { example.fused = present[generator.index(below: present.count)] }
        }
        return example
    }

    /// Whether the purpose is shown a modality.
    private func sees(_ modality: ModalitySet) -> Bool {
        purpose != .finetuning || settings.modalities.contains(modality)
    }

    private func rule(_ node: String) -> DrawRule { rules[node] ?? DrawRule() }

    private func look(
        at object: Int,
        _ isPacket: Bool,
        _ node: String,
        _ generator: inout SplitMix64
    ) -> CurveDraw.Look {
        let curve = objects.curve(object)
        if curve.points.isEmpty || purpose == .evaluation {
            // Whoever evaluates may cut it, and asks for the period of its first detections.
            return CurveDraw.own(curve, CurveDraw.Cut(bounded: false), &generator)
        }
        if isPacket {
            // A recipe without early looks has none of packets either.
            let isCut = generator.chance(0.6) && settings.truncation > 0
            return CurveDraw.Look(points: CurveDraw.history(curve, isCut: isCut, &generator))
        }
        if !schedules.isEmpty, generator.chance(settings.packets) {
            let rule = rule(node)
            for _ in 0..<rule.triedPackets {
                let schedule = schedules[generator.index(below: schedules.count)]
                if let points = CurveDraw.onSchedule(curve, schedule, rule, &generator) {
                    return CurveDraw.Look(points: points)
                }
            }
        }
        var cut = CurveDraw.Cut(truncated: generator.chance(settings.truncation))
        cut.thinned = !cut.truncated && generator.chance(settings.thinning)
        cut.alerts = cut.truncated && generator.chance(settings.detected)
        return CurveDraw.own(curve, cut, &generator)
    }

    private func features(
        of object: Int,
        _ isPacket: Bool,
        _ node: String,
        _ points: [LightCurve.Point],
        _ generator: inout SplitMix64
    ) -> [Float]? {
        let own = objects.features(object)
        guard purpose != .evaluation else { return own }
        var row = own
        if isPacket, let packet = Self.packet(object, objects) {
            let curve = objects.curve(object)
            let later = curve.points.filter { $0.mjd > points.last?.mjd ?? .infinity }
            row = context.varied(
                packet,
                rule(node),
                Self.summary(points),
                earlier: (curve.points.last?.mjd ?? 0) - (points.last?.mjd ?? 0),
                dropped: later.count { !$0.isLimit },
                &generator
            )
        } else if !points.isEmpty, context.hasDonor(node, rule(node)), generator.chance(0.85) {
            row = context.donated(to: node, rule(node), own: own, Self.summary(points), &generator)
        }
        return row
    }

    /// Days from the survey's beginning come from the packet's own time.
    private static func packet(_ object: Int, _ objects: ObjectData) -> ContextDraw.Packet? {
        guard let row = objects.features(object), let last = objects.data.lightCurves.ranges[object].last else {
            return nil
        }
        return ContextDraw.Packet(row: row, alert: objects.data.lightCurves.times[last])
    }

    /// The total flux in the alert's band, which a packet tells where the reference image has a source at the place; where the data
    /// tell no total themselves, as those of packets do.
    private func addTotals(to points: inout [LightCurve.Point], by row: [Float]) {
        guard let distance = names.firstIndex(of: "ref_distance"), let magnitude = names.firstIndex(of: "ref_mag"),
            row[distance] <= Float(AlertContext.totalRadius), row[magnitude].isFinite, let alert = points.last,
            points.allSatisfy({ $0.totalFlux.isNaN })
        else { return }
        let reference = Float(ABMagnitude.flux(of: Double(row[magnitude])))
        for place in points.indices where points[place].wavelength == alert.wavelength {
            points[place].totalFlux = points[place].flux + reference
            points[place].totalFluxErr = points[place].flux.isNaN ? .nan : points[place].fluxErr
        }
    }

    /// What a step does not see of a row.
    private func hidden(_ row: [Float]?, _ generator: inout SplitMix64) -> [Float]? {
        guard var row else { return nil }
        for place in unseen { row[place] = .nan }
        context.hide(&row, largestShare: settings.hiddenFeatures, &generator)
        return row.contains { $0.isFinite } ? row : nil
    }

    private static func summary(_ points: [LightCurve.Point]) -> ContextDraw.Curve {
        let detections = points.filter { $0.kind == .detection }
        let alert = detections.last
        let reference = alert.flatMap { $0.totalFlux.isFinite && $0.flux.isFinite ? $0.totalFlux - $0.flux : nil }
        return ContextDraw.Curve(
            magnitude: ABMagnitude.of(Double(max(abs(alert?.flux ?? 1), 1))),
            reference: reference.map { ABMagnitude.of(Double(max($0, 1))) },
            age: (alert?.mjd ?? 0) - (detections.first?.mjd ?? 0),
            detections: detections.count
        )
    }

    /// A record whose alert knows its time alone: all that the model sees stands beside it.
    private static func record(
        _ points: [LightCurve.Point],
        at mjd: Double,
        _ metadata: Metadata?,
        _ spectrum: Spectrum?
    ) -> Record {
        let alert = Alert(
            survey: SurveyName("training"),
            alertId: 0,
            objectId: "",
            ra: .nan,
            dec: .nan,
            mjd: mjd,
            timeScale: .utcStart,
            band: Band("", wavelength: .nan),
            detections: []
        )
        return Record(
            alert: alert,
            lightCurve: LightCurve(points: points),
            fluxChoice: .difference,
            spectrum: spectrum,
            metadata: metadata
        )
    }
}
