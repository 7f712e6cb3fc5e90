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
        let known = try data(ManifestFile.name)
        var manifest = try ManifestFile.parse(known)
        for name in [Self.weights, Self.references] {
            manifest.files[name] = SHA256.hexadecimal(try data(name))
        }
        let encoded = try ManifestFile.encode(manifest)
        // What no model can be made of stays as it is.
        let weights = try tensors(Self.weights, manifest.files)
        let references = try tensors(Self.references, manifest.files)
        let read = try ReferenceTensors.read(references, manifest: manifest, kernels: .best)
        _ = try Model(manifest: manifest, weights: weights, references: read)
        try replaceManifest(known, by: encoded)
    }

    /// Changes the manifest of a sealed folder and seals it anew.
    ///
    /// - Parameter checksum: of the model that the change was worked out from: one that has been sealed otherwise since is refused.
    ///   nil: the change holds for whatever is there.
    func edit(ifStill checksum: String? = nil, _ change: (inout ModelManifest) -> Void) throws(ModelError) {
        let known = try data(ManifestFile.name)
        var manifest = try read().manifest
        guard checksum == nil || checksum == manifest.checksum else { throw changedMeanwhile }
        change(&manifest)
        try replaceManifest(known, by: ManifestFile.encode(manifest))
    }

    /// Refuses where the manifest is no longer what the new one was made of: what was written since would be lost.
    private func replaceManifest(_ known: Data, by encoded: Data) throws(ModelError) {
        guard try data(ManifestFile.name) == known else { throw changedMeanwhile }
        // Nothing is to be written, and need not be allowed, where nothing changes.
        guard encoded != known else { return }
        try write(encoded, ManifestFile.name)
    }

    private var changedMeanwhile: ModelError {
        .file(path: file(ManifestFile.name), reason: "was changed meanwhile; run it again")
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
        let maximum = name == ManifestFile.name ? FileContents.largestText : FileContents.largestNumbers
        return Data(try Self.contents(of: file(name), maximum: maximum))
    }

    /// All bytes of a file; one that is larger is refused.
    static func contents(of file: String, maximum: Int) throws(ModelError) -> [UInt8] {
        do throws(FileError) {
            return try FileContents.read(file, maximum: maximum)
        } catch {
            throw .file(path: file, reason: "cannot be read: \(error.reason)")
        }
    }

    private func write(_ data: Data, _ name: String) throws(ModelError) {
        let failure = data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> DurableFile.Failure? in
            do throws(DurableFile.Failure) {
                try DurableFile.write(bytes, to: file(name))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw .file(path: file(name), reason: "cannot be written: \(failure.reason)") }
    }
}

extension ModelBuilder {
    /// Changes constants of a folder's manifest that were worked out from the model as it was, and seals it anew.
    ///
    /// - Parameter checksum: of that model.
    /// - Throws: `ModelError`, also where the folder has been sealed otherwise since.
    package static func edit(
        folder: String,
        ifStill checksum: String,
        _ change: (inout ModelManifest) -> Void
    ) throws(ModelError) {
        try ModelFolder(path: folder).edit(ifStill: checksum, change)
    }
}
