/// What a light curve's constants and the metadata say together, as inputs of an encoder whose vector is added to the fused
/// embedding before the head: the mean of the modalities' embeddings alone cannot weigh the one by the other, as in how bright
/// a change is beside the source that was there.
///
/// Row: the constants' inputs, the metadata's inputs, one flag for each that is there; what is not there is 0.
package struct FusionInput: Sendable, Hashable {
    /// Inputs of the constants and of the metadata.
    package let constants: Int
    package let metadata: Int

    /// Of a manifest. Nil where the model has none: a sum of what both say is all that its head sees.
    init?(_ manifest: ModelManifest) {
        guard manifest.architecture.fusesInputs else { return nil }
        constants = manifest.photometry.constants.isEmpty ? 0 : manifest.photometry.constantsInput.width
        metadata = manifest.metadata.features.isEmpty ? 0 : manifest.metadata.width
    }

    /// Numbers of a row.
    package var width: Int { constants + metadata + 2 }

    /// Writes the row of what is there.
    package func write<Scalar: BinaryFloatingPoint>(
        constants constantsRow: UnsafePointer<Scalar>?,
        metadata metadataRow: UnsafePointer<Scalar>?,
        to row: UnsafeMutablePointer<Scalar>
    ) {
        row.update(repeating: 0, count: width)
        if let constantsRow {
            row.update(from: constantsRow, count: constants)
            row[constants + metadata] = 1
        }
        if let metadataRow {
            (row + constants).update(from: metadataRow, count: metadata)
            row[constants + metadata + 1] = 1
        }
    }
}

extension ModelManifest {
    /// What is fused beside the embeddings; nil where nothing is.
    package var fusionInput: FusionInput? { FusionInput(self) }
}
