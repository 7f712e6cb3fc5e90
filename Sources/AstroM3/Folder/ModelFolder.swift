import FoundationEssentials
import Ground
import Tensor

/// A model's folder: `model.json`, `weights.safetensors`, `references.safetensors`, under one checksum.
struct ModelFolder {
    static let weights = "weights.safetensors"
    static let references = "references.safetensors"

    let path: String

    /// What a folder holds.
    struct Content {
        var manifest: ModelManifest
        var weights: SafeTensors
        var references: SafeTensors
    }

    /// What its `model.json` says; whether its other files are those that it was sealed with is not looked at.
    func manifest() throws(ModelError) -> ModelManifest { try ManifestFile.decode(try data(ManifestFile.name)) }

    /// Reads a sealed folder; any file that is not the one it was sealed with is refused.
    func read() throws(ModelError) -> Content {
        let manifest = try manifest()
        return Content(
            manifest: manifest,
            weights: try tensors(Self.weights, manifest.files),
            references: try tensors(Self.references, manifest.files)
        )
    }

    /// Writes a folder that holds no model yet. `model.json` comes last, so that half a folder is not a model.
    ///
    /// - Parameter isHalved: whether weights and reference embeddings are written in half precision.
    func write(
        _ manifest: ModelManifest,
        weights: [String: ShapedArray],
        references: [String: ShapedArray],
        isHalved: Bool = false
    ) throws(ModelError) {
        var manifest = manifest
        if exists(ManifestFile.name) {
            throw .file(path: file(ManifestFile.name), reason: "exists; remove the folder or choose another")
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path: path, reason: "cannot be made: \(error.inWords)")
        }
        for (name, content) in [(Self.weights, weights), (Self.references, references)] {
            let data: Data
            do {
                data = try SafeTensors.encode(content) { isHalved && !$0.hasPrefix(ReferenceTensors.scores) }
            } catch {
                throw .file(path: file(name), reason: "\(error.inWords)")
            }
            try write(data, name)
            manifest.files[name] = SHA256.hexadecimal(data)
        }
        try write(ManifestFile.encode(manifest), ManifestFile.name)
    }

    /// Takes the checksums anew.
    func seal() throws(ModelError) {
        var manifest = try ManifestFile.parse(try data(ManifestFile.name))
        for name in [Self.weights, Self.references] {
            manifest.files[name] = SHA256.hexadecimal(try data(name))
        }
        let encoded = try ManifestFile.encode(manifest)
        // What no model can be made of stays as it is.
        let weights = try tensors(Self.weights, manifest.files)
        let references = try tensors(Self.references, manifest.files)
        let read = try ReferenceTensors.read(references, manifest: manifest, kernels: .best)
        _ = try Model(manifest: manifest, weights: weights, references: read)
        try write(encoded, ManifestFile.name)
    }

    /// Changes the manifest of a sealed folder and seals it anew.
    func edit(_ change: (inout ModelManifest) -> Void) throws(ModelError) {
        var manifest = try read().manifest
        change(&manifest)
        try write(ManifestFile.encode(manifest), ManifestFile.name)
    }

    private func tensors(_ name: String, _ files: [String: String]) throws(ModelError) -> SafeTensors {
        guard let expected = files[name] else {
            throw .manifest(field: "files.\(name)", value: "missing", expected: "the SHA-256 of the file")
        }
        let data = try data(name)
        let found = SHA256.hexadecimal(data)
        guard found == expected else { throw .checksum(file: name, expected: expected, found: found) }
        do {
            return try SafeTensors(data)
        } catch {
            throw .file(path: file(name), reason: "\(error.inWords)")
        }
    }

    private func file(_ name: String) -> String { path + "/" + name }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    private func data(_ name: String) throws(ModelError) -> Data {
        guard exists(name) else {
            throw .file(path: file(name), reason: "does not exist; `trifid model new` makes a model folder")
        }
        do {
            return try Data(contentsOf: URL(filePath: file(name)))
        } catch {
            throw .file(path: file(name), reason: "cannot be read: \(error.inWords)")
        }
    }

    private func write(_ data: Data, _ name: String) throws(ModelError) {
        do {
            try data.write(to: URL(filePath: file(name)), options: .atomic)
        } catch {
            throw .file(path: file(name), reason: "cannot be written: \(error.inWords)")
        }
    }
}
