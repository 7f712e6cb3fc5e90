internal import Foundation
internal import Ground

/// What a report shows that no evaluation of one model finds: how much labels and pre-training are worth, and how much of a class
/// the survey gives away. Both are read from the files of the commands that measure them.
package struct BesideEvaluation: Sendable {
    /// Balanced accuracy of one kind of model by the part of the labels that it was trained on.
    struct LabelCurve: Sendable, Hashable {
        struct Point: Sendable, Hashable {
            /// Of the training objects' labels, up to 1.
            var share: Double
            var balancedAccuracy: Double
            /// Over folds where there are several, else over repeats.
            var deviation: Double?
        }

        var variant: String
        var modalities: String
        var isPretrained: Bool
        var points: [Point]
    }

    /// How well boosted trees tell the first level from columns that say nothing of the object (`Tools/studies/nuisance.py`).
    struct Nuisance: Sendable, Hashable {
        struct Group: Sendable, Hashable {
            var name: String
            var balancedAccuracy: Double
        }

        var examples: Int
        var objects: Int
        var chance: Double
        var groups: [Group]
    }

    /// Name of the study that the curves are of.
    let study: String?
    let labelCurves: [LabelCurve]
    let nuisance: Nuisance?

    /// Reads what there is.
    ///
    /// - Parameters:
    ///   - study: folder of a study (`trifid study`), which holds `tables.json`.
    ///   - nuisance: file that `nuisance.py --json` wrote.
    /// - Throws: `RunFolder.Fault` naming a file that cannot be read or is none of these.
    package init(study folder: String?, nuisance file: String?) throws {
        if let folder {
            let path = "\(folder)/tables.json"
            let json = try Self.json(path, of: "trifid study")
            guard let name = json["study"]?.text, let curves = Self.curves(json), !curves.isEmpty else {
                throw Self.fault(path, "trifid study")
            }
            (study, labelCurves) = (name, curves)
        } else {
            (study, labelCurves) = (nil, [])
        }
        nuisance = try file.map { path in
            guard let found = Self.nuisance(try Self.json(path, of: "nuisance.py --json")) else {
                throw Self.fault(path, "nuisance.py --json")
            }
            return found
        }
    }

    private static func json(_ path: String, of maker: String) throws -> JSONValue {
        let text: Data
        do { text = try Data(contentsOf: URL(filePath: path)) } catch {
            throw RunFolder.Fault(description: "\(path) cannot be read: \(error.inWords)")
        }
        do { return try JSONParser.parse(text) } catch {
            throw RunFolder.Fault(description: "\(path): \(error); \(maker) writes such a file")
        }
    }

    private static func fault(_ path: String, _ maker: String) -> RunFolder.Fault {
        RunFolder.Fault(description: "\(path) is not what \(maker) writes: name the folder or file that it made")
    }

    /// In the order of the rows; nil where one is no row of a study.
    private static func curves(_ json: JSONValue) -> [LabelCurve]? {
        guard case .array(let rows) = json["rows"] else { return nil }
        var curves: [LabelCurve] = []
        for row in rows {
            guard let variant = row["variant"]?.text, let modalities = row["modalities"]?.text,
                case .bool(let isPretrained) = row["pretrained"], let share = row["labels"]?.double, share > 0,
                let balanced = row["balancedAccuracy"], let mean = balanced["mean"]?.double
            else { return nil }
            let point = LabelCurve.Point(
                share: share,
                balancedAccuracy: mean,
                deviation: row["foldDeviation"]?.double ?? balanced["deviation"]?.double
            )
            let place = curves.firstIndex {
                $0.variant == variant && $0.modalities == modalities && $0.isPretrained == isPretrained
            }
            if let place {
                curves[place].points.append(point)
            } else {
                curves.append(
                    LabelCurve(variant: variant, modalities: modalities, isPretrained: isPretrained, points: [point])
                )
            }
        }
        for place in curves.indices { curves[place].points.sort { $0.share < $1.share } }
        return curves
    }

    private static func nuisance(_ json: JSONValue) -> Nuisance? {
        guard let examples = json["examples"]?.double, let objects = json["objects"]?.double,
            let chance = json["chance"]?.double, case .array(let rows) = json["groups"], !rows.isEmpty,
            [examples, objects].allSatisfy({ (0...1e15).contains($0) })
        else { return nil }
        var groups: [Nuisance.Group] = []
        for row in rows {
            guard let name = row["name"]?.text, let value = row["balancedAccuracy"]?.double else { return nil }
            groups.append(Nuisance.Group(name: name, balancedAccuracy: value))
        }
        return Nuisance(examples: Int(examples), objects: Int(objects), chance: chance, groups: groups)
    }

    /// Members of `report.json`.
    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let study {
            members.append(
                .init(
                    "byLabels",
                    [
                        "study": .string(study),
                        "curves": .array(
                            labelCurves.map { curve in
                                [
                                    "variant": .string(curve.variant), "modalities": .string(curve.modalities),
                                    "pretrained": .bool(curve.isPretrained),
                                    "points": .array(
                                        curve.points.map { point in
                                            [
                                                "labels": .number(point.share),
                                                "balancedAccuracy": .number(point.balancedAccuracy),
                                                "deviation": point.deviation.map { .number($0) } ?? .null,
                                            ]
                                        }
                                    ),
                                ]
                            }
                        ),
                    ]
                )
            )
        }
        if let nuisance {
            members.append(
                .init(
                    "nuisance",
                    [
                        "examples": .integer(Int64(nuisance.examples)), "objects": .integer(Int64(nuisance.objects)),
                        "chance": .number(nuisance.chance),
                        "groups": .array(
                            nuisance.groups.map {
                                ["name": .string($0.name), "balancedAccuracy": .number($0.balancedAccuracy)]
                            }
                        ),
                    ]
                )
            )
        }
        return members
    }
}
