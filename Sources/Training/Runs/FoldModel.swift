internal import AstroM3
internal import Foundation
internal import Ground

/// A model that answers for another one about objects which that has seen: trained like it, with a fold left out. How far that is
/// so, manifests and cards tell.
struct FoldModel {
    let folder: String
    let manifest: ModelManifest

    /// Refuses a model that was trained otherwise than the one whose place it takes.
    ///
    /// - Throws: `RunFolder.Fault` with what differs.
    func check(against model: FoldModel) throws(RunFolder.Fault) {
        for (what, value) in Self.compared {
            let (own, wanted) = (value(manifest), value(model.manifest))
            guard own == wanted else {
                throw fault("\(what) \(own)", "\(wanted)", model)
            }
        }
        // A model without a card says no more of itself.
        guard let own = Making(folder), let wanted = Making(model.folder) else { return }
        guard own.recipe == wanted.recipe else { throw fault("another recipe in its card", "this in its own", model) }
        let all = "all of the labels"
        guard own.labels == wanted.labels else {
            throw fault("seen \(own.labels ?? all)", "\(wanted.labels ?? all)", model)
        }
        guard own.isPretrained == wanted.isPretrained else {
            func words(_ making: Making) -> String { making.isPretrained ? "a pre-training" : "no pre-training" }
            throw fault(words(own), words(wanted), model)
        }
    }

    private func fault(_ own: String, _ wanted: String, _ model: FoldModel) -> RunFolder.Fault {
        RunFolder.Fault(
            description:
                "\(folder) has \(own), and \(model.folder) \(wanted): train both by one recipe and alike, but for the fold"
        )
    }

    private static let compared: [(String, @Sendable (ModelManifest) -> String)] = [
        ("the name", { $0.name }), ("the variant", { $0.variant.rawValue }),
        ("networks:", { "\($0.architecture.members)" }),
        ("layers:", { "\($0.architecture.layers)" }), ("the width", { "\($0.architecture.modelWidth)" }),
        ("the layout", { "\($0.architecture)" }), ("the channels", { $0.photometry.channels.joined(separator: ", ") }),
        ("points:", { "\($0.photometry.maximumPoints)" }),
        ("the positions", { $0.photometry.positionalEncoding.rawValue }),
        ("the wavelengths", { $0.spectrum.map { "\($0.points) from \($0.start) by \($0.step)" } ?? "none" }),
    ]

    /// What a card tells of how its model was made.
    private struct Making {
        /// Its recipe, without comments.
        let recipe: [String]
        /// The part of the labels that it saw, in the card's words; nil: all.
        let labels: String?
        let isPretrained: Bool

        /// nil where there is no card, or one without a recipe.
        init?(_ folder: String) {
            guard let bytes = try? FileContents.read("\(folder)/card.md", maximum: FileContents.largestText),
                let text = String(validating: bytes, as: UTF8.self), let place = ModelCard.recipe(in: text)
            else { return nil }
            recipe = text[place].split(separator: "\n").compactMap { line in
                let key = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
                return key.isEmpty ? nil : String(line.prefix { $0 == " " }) + key
            }
            let before = text[..<place.lowerBound]
            labels = ModelCard.labels(in: before)
            isPretrained = ModelCard.tellsOfPretraining(before)
        }
    }
}
