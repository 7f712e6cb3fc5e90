import Ground

extension KeyedDecodingContainer {
    /// A value of a closed list by its name; where it is another, the error says which there are.
    func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type, forKey key: Key) throws -> Choice
    where Choice.RawValue == String {
        let name = try decode(String.self, forKey: key)
        guard let choice = Choice(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                forKey: key,
                in: self,
                debugDescription: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), "
                    + "not '\(name.plain(limit: 40))'"
            )
        }
        return choice
    }

    /// The same of a key that may be left out.
    func choiceIfPresent<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type, forKey key: Key) throws
        -> Choice?
    where Choice.RawValue == String {
        contains(key) ? try choice(type, forKey: key) : nil
    }
}
