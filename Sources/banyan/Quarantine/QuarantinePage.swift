import Apply
import ChangeLog
import Migration
import Model
import Plan

/// Quarantine entries for people and for programs.
enum QuarantinePage {
    /// One entry without a value of its rows.
    static func line(_ entry: QuarantineEntry, _ paint: Colors) -> String {
        let what = entry.isHistorical ? "read as history" : entry.operation
        let name = "\(entry.context)/\(entry.aggregate) \(entry.displayKey) #\(entry.entry)"
        var text = "  \(paint.bold(name.escapedForTerminal))  \(paint.warn(entry.reason.escapedForTerminal))  "
        text += paint.dim("\(what) of \(entry.table), record \(entry.offset), position \(entry.position)".escapedForTerminal)
        return text + "\n      \(entry.message.escapedForTerminal)\n"
    }

    /// The rows of an entry.
    static func rows(_ entry: QuarantineEntry, _ root: TableSchema?, _ paint: Colors) -> String {
        var text = ""
        for (title, image) in [("before", entry.before), ("after", entry.after)] {
            guard let image else { continue }
            text += "      " + paint.dim(title) + "\n"
            var columns = TextColumns()
            for (name, cell) in values(image, root) {
                columns.add(name.escapedForTerminal, cell.display.escapedForTerminal)
            }
            text += columns.text(indent: "        ")
        }
        return text
    }

    /// One entry for programs.
    static func json(_ entry: QuarantineEntry, withRows: Bool, root: TableSchema?) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("context", .string(entry.context)), ("aggregate", .string(entry.aggregate)),
            ("key", .string(entry.displayKey)), ("entry", .count(entry.entry)), ("reason", .string(entry.reason)),
            ("message", .string(entry.message)), ("table", .string(entry.table)),
            ("operation", .string(entry.operation)), ("historical", .bool(entry.isHistorical)),
            ("offset", .optional(entry.offset.value)), ("position", .optional(entry.position.value)),
            ("mapping", .string(entry.mapping)),
        ]
        if withRows {
            for (title, image) in [("before", entry.before), ("after", entry.after)] {
                members.append(
                    (title, image.map { .object(values($0, root).map { ($0.0, .cell($0.1)) }) } ?? .null))
            }
        }
        return .object(members)
    }

    /// The image's values under the names that the plan's catalog gives them.
    private static func values(_ image: [UInt8], _ root: TableSchema?) -> [(String, OwnedCell)] {
        OwnedCell.read(image).enumerated().map { index, cell in
            let columns = root?.columns ?? []
            return (index < columns.count ? columns[index].name : "column \(index + 1)", cell)
        }
    }
}

extension CheckedPlan {
    /// The legacy table whose rows an entry holds.
    func rootTable(of entry: QuarantineEntry) -> TableSchema? {
        guard let context = contexts.first(where: { $0.name == entry.context }),
            let aggregate = context.aggregates.first(where: { $0.name == entry.aggregate })
        else { return nil }
        return context.reads[aggregate.root].table
    }
}
