/// Why a model was refused or could not be written.
package enum ModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file of the folder cannot be read or written.
    case file(path: String, reason: String)
    /// A field of `model.json` has a value that is not allowed.
    case manifest(field: String, value: String, expected: String)
    /// A file is not the one that the model was sealed with.
    case checksum(file: String, expected: String, found: String)
    /// A tensor is missing or has another shape than the manifest asks for.
    case tensor(name: String, expected: [Int], found: [Int]?)
    /// A weights file holds a tensor that is no layer's.
    case unknownTensor(name: String, shape: [Int])

    /// The error in words, with what to do.
    package var description: String {
        switch self {
        case .file(let path, let reason):
            "model: \(path): \(reason)"
        case .manifest(let field, let value, let expected):
            "model.json: \(field) is \(value); expected \(expected)"
        case .checksum(let file, let expected, let found):
            "model: \(file) has SHA-256 \(found), but the model was sealed with \(expected): the file was changed or"
                + " damaged. Restore it, or seal the folder anew if the change was meant"
        case .tensor(let name, let expected, nil):
            "model: weights.safetensors has no tensor \(name) of shape \(expected)"
        case .tensor(let name, let expected, .some(let found)):
            "model: tensor \(name) has shape \(found); model.json asks for \(expected)"
        case .unknownTensor(let name, let shape):
            "model: weights.safetensors holds a tensor \(name) of shape \(shape), which no layer of this model has; take"
                + " it out of the file and seal the folder anew, or use the model.json that the file was made with"
        }
    }
}
