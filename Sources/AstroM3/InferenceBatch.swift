import Sky
import Tensor

/// One pass of a few records through a model: inputs are made once, for all its members.
struct InferenceBatch {
    /// What is known of one record on its way. An embedding here is the members' one after another.
    private struct Item {
        var points = 0
        var photometry: [Float]?
        var spectrum: [Float]?
        var metadata: [Float]?
        var spectrumIsNew = false
        var metadataIsNew = false
        var metadataFeatures = 0
        var hasContext = false
        /// Rows of the workspace's constants and features.
        var constantsRow: Int?
        var featuresRow: Int?

        var modalities: ModalitySet {
            var set: ModalitySet = []
            if photometry != nil { set.insert(.photometry) }
            if spectrum != nil { set.insert(.spectrum) }
            if metadata != nil { set.insert(.metadata) }
            return set
        }
    }

    private let model: Model
    private let records: UnsafeBufferPointer<Record>
    private let workspace: InferenceWorkspace
    /// Of one member's embedding, and of all.
    private let size: Int
    private let wholeSize: Int

    init(_ model: Model, _ records: UnsafeBufferPointer<Record>, _ workspace: InferenceWorkspace) {
        self.model = model
        self.records = records
        self.workspace = workspace
        size = model.manifest.architecture.embedding
        wholeSize = size * model.members.count
    }

    func run(into inferences: inout [Inference]) {
        var items = Array(repeating: Item(), count: records.count)
        embedPhotometry(&items)
        if model.manifest.sees(.spectrum) { embedSpectra(&items) }
        if model.manifest.sees(.metadata) { embedMetadata(&items) }
        answer(items, into: &inferences)
    }

    private func embedPhotometry(_ items: inout [Item]) {
        let encoder = model.photometry
        let rows = records.reduce(0) { rows, record in
            rows + encoder.inputRows(forPoints: min(record.lightCurve.points.count, encoder.maximumPoints))
        }
        workspace.input.reserve(rows * encoder.channels)
        let width = workspace.lightCurves.constantsWidth
        workspace.constants.reserve(records.count * width)
        var row = workspace.input.pointer
        var lengths: [Int] = []
        var places: [Int] = []
        for (place, record) in records.enumerated() {
            // The first row is the convolution's, left of the first point.
            let points = workspace.lightCurves.write(
                record,
                rows: row + encoder.channels,
                constants: workspace.constants.pointer + lengths.count * width
            )
            guard points > 0 else { continue }
            items[place].points = points
            lengths.append(points)
            places.append(place)
            row += encoder.inputRows(forPoints: points) * encoder.channels
        }
        workspace.embeddings.reserve(lengths.count * wholeSize)
        for (number, member) in model.members.enumerated() {
            member.photometry.embed(
                input: workspace.input.pointer,
                lengths: lengths,
                constants: workspace.constants.pointer,
                memory: workspace.photometry,
                embeddings: workspace.embeddings.pointer + number * lengths.count * size
            )
        }
        for (row, place) in places.enumerated() {
            items[place].photometry = whole(row: row, of: lengths.count)
            if items[place].photometry == nil { items[place].points = 0 }
            if items[place].photometry != nil, workspace.lightCurves.constantsWidth > 0 {
                items[place].constantsRow = row
            }
        }
    }

    private func embedSpectra(_ items: inout [Item]) {
        guard let grid = model.grid else { return }
        for (place, record) in records.enumerated() {
            guard let spectrum = record.spectrum else { continue }
            if let stored = stored(spectrum.embedding) {
                items[place].spectrum = stored
                continue
            }
            guard let rows = grid.rows(of: spectrum) else { continue }
            let (first, second) = workspace.spectrumRows
            workspace.embeddings.reserve(wholeSize)
            for (number, member) in model.members.enumerated() {
                guard let encoder = member.spectrum else { continue }
                first.reserve(encoder.memory)
                second.reserve(encoder.memory)
                rows.withUnsafeBufferPointer { rows in
                    guard let base = rows.baseAddress else { return }
                    encoder.embed(
                        rows: base,
                        first: first.pointer,
                        second: second.pointer,
                        embedding: workspace.embeddings.pointer + number * size
                    )
                }
            }
            items[place].spectrum = whole(row: 0, of: 1)
            items[place].spectrumIsNew = items[place].spectrum != nil
        }
    }

    private func embedMetadata(_ items: inout [Item]) {
        guard let encoder = model.members[0].metadata else { return }
        var places: [Int] = []
        let needsRow = model.features.needsAlert || model.fusion != nil
        workspace.features.reserve(records.count * encoder.features)
        for (place, record) in records.enumerated() {
            guard record.metadata != nil || model.features.needsAlert else { continue }
            if let metadata = record.metadata, !needsRow, let stored = stored(metadata.embedding) {
                items[place].metadata = stored
                items[place].metadataFeatures = model.features.knownCount(metadata)
                continue
            }
            let row = workspace.features.pointer + places.count * encoder.features
            let written = model.features.write(record.metadata, of: record.alert, to: row)
            (items[place].metadataFeatures, items[place].hasContext) = (written.known, written.hasContext)
            if items[place].metadataFeatures > 0 { places.append(place) }
        }
        guard !places.isEmpty else { return }
        workspace.hidden.0.reserve(places.count * encoder.width)
        workspace.hidden.1.reserve(places.count * encoder.width)
        workspace.embeddings.reserve(places.count * wholeSize)
        for (number, member) in model.members.enumerated() {
            member.metadata?.embed(
                count: places.count,
                rows: workspace.features.pointer,
                hidden: (workspace.hidden.0.pointer, workspace.hidden.1.pointer),
                embeddings: workspace.embeddings.pointer + number * places.count * size
            )
        }
        for (row, place) in places.enumerated() {
            items[place].metadata = whole(row: row, of: places.count)
            if items[place].metadata != nil { items[place].featuresRow = row }
            // What an alert adds is gone with it: only what a catalogue's row says alone can be kept beside the row.
            items[place].metadataIsNew = items[place].metadata != nil && !model.features.needsAlert
        }
    }

    /// Fusion is the mean of the unit embeddings at hand; the head takes it as it is, or with what constants and metadata
    /// together add; the joint embedding is its direction. What is published of embeddings is the first member's.
    private func answer(_ items: [Item], into inferences: inout [Inference]) {
        let (count, classes) = (items.count, model.manifest.taxonomy.classes.count)
        workspace.fused.reserve(count * size)
        workspace.logits.reserve(model.members.count * count * classes)
        if let fusion = model.fusion { writeFusionRows(items, fusion) }
        for (number, member) in model.members.enumerated().reversed() {
            for (place, item) in items.enumerated() {
                fuse(item, of: number, into: workspace.fused.pointer + place * size)
            }
            guard count > 0 else { continue }
            member.head.apply(
                rows: count,
                input: headInput(count, member),
                output: workspace.logits.pointer + number * count * classes
            )
        }
        model.kernels.normaliseRows(rows: count, width: size, values: workspace.fused.pointer, stride: size)
        for (place, item) in items.enumerated() {
            let present = item.modalities
            // Of features of which none is known nothing is seen, and so no context.
            let hasContext = item.metadata != nil && item.hasContext
            let logits = model.members.indices.map { number in
                present.isEmpty
                    ? Array(repeating: 0, count: classes)
                    : array(workspace.logits.pointer + (number * count + place) * classes, classes)
            }
            inferences.append(
                Inference(
                    modalities: Modalities(
                        points: item.points,
                        spectrumId: item.spectrum == nil ? nil : records[place].spectrum?.id,
                        metadataFeatures: item.metadata == nil ? 0 : item.metadataFeatures
                    ),
                    modalitySet: present,
                    hasContext: hasContext,
                    classification: model.head.classification(
                        logits: logits,
                        modalities: present,
                        hasContext: hasContext,
                        points: item.points
                    ),
                    embedding: present.isEmpty ? [] : array(workspace.fused.pointer + place * size, size),
                    photometryEmbedding: first(item.photometry),
                    spectrumEmbedding: first(item.spectrum),
                    metadataEmbedding: first(item.metadata),
                    newSpectrumEmbedding: item.spectrumIsNew ? item.spectrum : nil,
                    newMetadataEmbedding: item.metadataIsNew ? item.metadata : nil
                )
            )
        }
    }

    private func writeFusionRows(_ items: [Item], _ input: FusionInput) {
        workspace.fusionRows.reserve(items.count * input.width)
        for (place, item) in items.enumerated() {
            input.write(
                constants: item.constantsRow.map { UnsafePointer(workspace.constants.pointer + $0 * input.constants) },
                metadata: item.featuresRow.map { UnsafePointer(workspace.features.pointer + $0 * input.metadata) },
                to: workspace.fusionRows.pointer + place * input.width
            )
        }
    }

    private func headInput(_ count: Int, _ member: Member) -> UnsafePointer<Float> {
        guard let encoder = member.fusion else { return UnsafePointer(workspace.fused.pointer) }
        let added = encoder.apply(count: count, rows: workspace.fusionRows.pointer, memory: workspace.fusionMemory)
        workspace.headInput.reserve(count * size)
        for place in 0..<count * size {
            workspace.headInput.pointer[place] = workspace.fused.pointer[place] + added[place]
        }
        return UnsafePointer(workspace.headInput.pointer)
    }

    private func fuse(_ item: Item, of member: Int, into row: UnsafeMutablePointer<Float>) {
        let parts = [item.photometry, item.spectrum, item.metadata].compactMap(\.self)
        row.update(repeating: 0, count: size)
        let share = parts.isEmpty ? 0 : 1 / Float(parts.count)
        for part in parts {
            part.withUnsafeBufferPointer { part in
                for i in 0..<size { row[i] += part[member * size + i] * share }
            }
        }
    }

    /// An embedding that the archive holds; one of another size or that is not of unit length is not this model's.
    private func stored(_ embedding: [Float]?) -> [Float]? {
        guard let embedding, embedding.count == wholeSize else { return nil }
        return embedding.withUnsafeBufferPointer { all in
            all.baseAddress.flatMap { start in
                areUnits(model.members.indices.map { start + $0 * size }) ? embedding : nil
            }
        }
    }

    /// A row of the members' embeddings in the workspace; nil where one is not of unit length, as from input beyond all measure.
    private func whole(row: Int, of count: Int) -> [Float]? {
        let starts = model.members.indices.map {
            UnsafePointer(workspace.embeddings.pointer + ($0 * count + row) * size)
        }
        guard areUnits(starts) else { return nil }
        return starts.flatMap { array($0, size) }
    }

    private func areUnits(_ rows: [UnsafePointer<Float>]) -> Bool {
        rows.allSatisfy { row in
            let square = model.kernels.dot(size, row, row)
            return square > 0.98 && square < 1.02
        }
    }

    private func first(_ whole: [Float]?) -> [Float]? { whole.map { Array($0.prefix(size)) } }

    private func array(_ row: UnsafePointer<Float>, _ count: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: row, count: count))
    }
}
