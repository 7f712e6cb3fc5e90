internal import Ground

/// How well boosted trees tell the first level from columns that say nothing of the object, of the file that
/// `Tools/studies/nuisance.py --json` writes.
struct NuisanceCheck: Sendable, Hashable {
    struct Group: Sendable, Hashable {
        var name: String
        var balancedAccuracy: Double
    }

    let examples: Int
    let objects: Int
    let chance: Double
    let groups: [Group]

    /// - Returns: nil where it is not what the tool writes.
    init?(_ json: JSONValue) {
        guard let examples = json["examples"]?.double, let objects = json["objects"]?.double,
            let chance = json["chance"]?.double, case .array(let rows) = json["groups"], !rows.isEmpty,
            [examples, objects].allSatisfy({ (0...1e15).contains($0) })
        else { return nil }
        var groups: [Group] = []
        for row in rows {
            guard let name = row["name"]?.text, let value = row["balancedAccuracy"]?.double else { return nil }
            groups.append(Group(name: name, balancedAccuracy: value))
        }
        (self.examples, self.objects, self.chance, self.groups) = (Int(examples), Int(objects), chance, groups)
    }

    /// For `report.json`.
    var json: JSONValue {
        [
            "examples": .integer(Int64(examples)), "objects": .integer(Int64(objects)), "chance": .number(chance),
            "groups": .array(
                groups.map { ["name": .string($0.name), "balancedAccuracy": .number($0.balancedAccuracy)] }
            ),
        ]
    }
}
