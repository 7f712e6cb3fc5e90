import Service
import Settings

/// A type that an option or a positional argument can have.
protocol ArgumentValue {
    /// What a value looks like, for people: "a whole number".
    static var expectation: String { get }
    /// Reads a value from the command line; nil where the text is none.
    init?(argument: String)
    /// The value as it would be typed, for the default in the help.
    var argumentText: String { get }
}

extension String: ArgumentValue {
    static var expectation: String { "a text" }
    init?(argument: String) { self = argument }
    var argumentText: String { self }
}

extension Int: ArgumentValue {
    static var expectation: String { "a whole number" }
    init?(argument: String) { self.init(argument) }
    var argumentText: String { description }
}

extension UInt64: ArgumentValue {
    static var expectation: String { "a whole number, not negative" }
    init?(argument: String) { self.init(argument) }
    var argumentText: String { description }
}

extension Double: ArgumentValue {
    static var expectation: String { "a number" }
    init?(argument: String) {
        guard let value = Double(argument), value.isFinite else { return nil }
        self = value
    }
    var argumentText: String { configurationText }
}

/// An enumeration of words is an argument as it is: `enum Framing: String, ArgumentChoice`.
protocol ArgumentChoice: ArgumentValue, CaseIterable, RawRepresentable where RawValue == String {}

extension ArgumentChoice {
    static var expectation: String { "one of \(allCases.map(\.rawValue).joined(separator: ", "))" }
    init?(argument: String) { self.init(rawValue: argument) }
    var argumentText: String { rawValue }
}

extension TimeSpan: ArgumentValue {
    static var expectation: String { allowed }
    init?(argument: String) { self.init(configurationText: argument) }
    var argumentText: String { configurationText }
}

/// What the parser and the help know of one argument.
struct ArgumentDescription {
    enum Kind {
        /// Given or not: `--json`.
        case flag
        /// A name and a value: `--model DIR`.
        case option
        /// A value by its place: `FILE`.
        case positional
    }

    let kind: Kind
    /// `--name`, `-n`; empty for a positional argument.
    let names: [String]
    /// What stands for the value in the help: `DIR`.
    let placeholder: String
    let help: String
    var isRequired = false
    var isRepeatable = false
    var defaultText: String?

    /// The argument as an error names it.
    var title: String { names.first ?? placeholder }
}

/// The place where the parser leaves what it finds. A command's arguments are its properties; each is one of these.
protocol Argument {
    var description: ArgumentDescription { get }
    /// Takes a value (empty for a flag).
    func accept(_ text: String) throws(ArgumentRefusal)
}

/// Why a value is not one.
struct ArgumentRefusal: Error {
    let expectation: String
}

/// Arguments that several commands share, as properties of their own type.
protocol ArgumentGroup {}

private final class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
}

/// `@Flag("--json", "Print JSON.") var json: Bool`
@propertyWrapper
struct Flag: Argument {
    let description: ArgumentDescription
    private let box = Box(false)

    var wrappedValue: Bool { box.value }

    init(_ name: String, short: String? = nil, _ help: String) {
        description = ArgumentDescription(
            kind: .flag,
            names: [name, short].compactMap { $0 },
            placeholder: "",
            help: help
        )
    }

    func accept(_ text: String) { box.value = true }
}

/// `@Option("--model", "DIR", "Folder of the model.") var model: String?`
///
/// With a default (`var rate: Double = 10`), optional (`String?`), required (`String`) or repeatable (`[String]`).
@propertyWrapper
struct Option<Value>: Argument {
    let description: ArgumentDescription
    private let box: Box<Value?>
    private let append: (Value?, String) throws(ArgumentRefusal) -> Value

    var wrappedValue: Value {
        guard let value = box.value else { preconditionFailure("\(description.title) read before it was parsed") }
        return value
    }

    func accept(_ text: String) throws(ArgumentRefusal) { box.value = try append(box.value, text) }

    private init(
        _ description: ArgumentDescription,
        _ value: Value?,
        _ append: @escaping (Value?, String) throws(ArgumentRefusal) -> Value
    ) {
        self.description = description
        box = Box(value)
        self.append = append
    }
}

extension Option where Value: ArgumentValue {
    /// Required.
    init(_ name: String, short: String? = nil, _ placeholder: String, _ help: String) {
        var description = ArgumentDescription.option(name, short, placeholder, help)
        description.isRequired = true
        self.init(description, nil) { (_, text) throws(ArgumentRefusal) in try Value.read(text) }
    }

    /// With a default.
    init(wrappedValue: Value, _ name: String, short: String? = nil, _ placeholder: String, _ help: String) {
        var description = ArgumentDescription.option(name, short, placeholder, help)
        description.defaultText = wrappedValue.argumentText
        self.init(description, wrappedValue) { (_, text) throws(ArgumentRefusal) in try Value.read(text) }
    }
}

extension Option where Value: ArgumentValue & Comparable {
    /// With a default and bounds.
    init(
        wrappedValue: Value,
        _ name: String,
        short: String? = nil,
        _ placeholder: String,
        in range: ClosedRange<Value>,
        _ help: String
    ) {
        var description = ArgumentDescription.option(name, short, placeholder, help)
        description.defaultText = wrappedValue.argumentText
        self.init(description, wrappedValue) { (_, text) throws(ArgumentRefusal) in try Value.read(text, in: range) }
    }
}

extension Option {
    /// May be left out.
    init<Wrapped: ArgumentValue>(_ name: String, short: String? = nil, _ placeholder: String, _ help: String)
    where Value == Wrapped? {
        self.init(.option(name, short, placeholder, help), .some(nil)) { (_, text) throws(ArgumentRefusal) in
            try Wrapped.read(text)
        }
    }

    /// May be left out, with bounds.
    init<Wrapped: ArgumentValue & Comparable>(
        _ name: String,
        short: String? = nil,
        _ placeholder: String,
        in range: ClosedRange<Wrapped>,
        _ help: String
    ) where Value == Wrapped? {
        self.init(.option(name, short, placeholder, help), .some(nil)) { (_, text) throws(ArgumentRefusal) in
            try Wrapped.read(text, in: range)
        }
    }

    /// May be given several times.
    init<Element: ArgumentValue>(_ name: String, short: String? = nil, _ placeholder: String, _ help: String)
    where Value == [Element] {
        var description = ArgumentDescription.option(name, short, placeholder, help)
        description.isRepeatable = true
        self.init(description, []) { (values, text) throws(ArgumentRefusal) in (values ?? []) + [try Element.read(text)]
        }
    }
}

/// `@Positional("FILE", "A packet.") var files: [String]`
///
/// Required (`String`; `[String]` wants at least one) or optional (`String?`).
@propertyWrapper
struct Positional<Value>: Argument {
    let description: ArgumentDescription
    private let box: Box<Value?>
    private let append: (Value?, String) throws(ArgumentRefusal) -> Value

    var wrappedValue: Value {
        guard let value = box.value else { preconditionFailure("\(description.title) read before it was parsed") }
        return value
    }

    func accept(_ text: String) throws(ArgumentRefusal) { box.value = try append(box.value, text) }

    private init(
        _ description: ArgumentDescription,
        _ value: Value?,
        _ append: @escaping (Value?, String) throws(ArgumentRefusal) -> Value
    ) {
        self.description = description
        box = Box(value)
        self.append = append
    }

    /// Required.
    init(_ placeholder: String, _ help: String) where Value: ArgumentValue {
        var description = ArgumentDescription(kind: .positional, names: [], placeholder: placeholder, help: help)
        description.isRequired = true
        self.init(description, nil) { (_, text) throws(ArgumentRefusal) in try Value.read(text) }
    }

    /// May be left out.
    init<Wrapped: ArgumentValue>(_ placeholder: String, _ help: String) where Value == Wrapped? {
        let description = ArgumentDescription(kind: .positional, names: [], placeholder: placeholder, help: help)
        self.init(description, .some(nil)) { (_, text) throws(ArgumentRefusal) in try Wrapped.read(text) }
    }

    /// One or more, or any number where `isRequired` is false.
    init<Element: ArgumentValue>(_ placeholder: String, isRequired: Bool = true, _ help: String)
    where Value == [Element] {
        var description = ArgumentDescription(kind: .positional, names: [], placeholder: placeholder, help: help)
        description.isRequired = isRequired
        description.isRepeatable = true
        self.init(description, []) { (values, text) throws(ArgumentRefusal) in (values ?? []) + [try Element.read(text)]
        }
    }
}

extension ArgumentDescription {
    fileprivate static func option(_ name: String, _ short: String?, _ placeholder: String, _ help: String) -> Self {
        ArgumentDescription(
            kind: .option,
            names: [name, short].compactMap { $0 },
            placeholder: placeholder,
            help: help
        )
    }
}

extension ArgumentValue {
    fileprivate static func read(_ text: String) throws(ArgumentRefusal) -> Self {
        guard let value = Self(argument: text) else { throw ArgumentRefusal(expectation: expectation) }
        return value
    }
}

extension ArgumentValue where Self: Comparable {
    fileprivate static func read(_ text: String, in range: ClosedRange<Self>) throws(ArgumentRefusal) -> Self {
        let value = try read(text)
        guard range.contains(value) else {
            let bounds = "\(range.lowerBound.argumentText) to \(range.upperBound.argumentText)"
            throw ArgumentRefusal(expectation: "\(expectation), \(bounds)")
        }
        return value
    }
}
