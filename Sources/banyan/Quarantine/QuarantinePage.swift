import Apply
import ChangeLog
import Migration
import Model

/// Quarantine entries for people and for programs.
enum QuarantinePage {
    /// One entry without a value of its rows.
    static func line(_ entry: QuarantineEntry, _ paint: Colors) -> String {
        let what = entry.isHistorical ? "read as history" : entry.operation
        let name = "\(entry.context)/\(entry.aggregate) \(entry.displayKey) #\(entry.entry)"
        var text =
            "  \(paint.bold(name.escapedForTerminal))  \(paint.warn(entry.reason.escapedForTerminal))  "
        text += paint.dim(
            "\(what) of \(entry.table), record \(entry.offset), position \(entry.position)".escapedForTerminal
        )
        return text + "\n      \(entry.message.escapedForTerminal)\n"
    }

    /// The legacy rows that an entry is about.
    static func text(_ rows: [PlanPreview.Row], _ paint: Colors) -> String {
        rows.map { row in
            var columns = TextColumns()
            for value in row.values {
                columns.add(value.name.escapedForTerminal, value.cell.display.escapedForTerminal)
            }
            let title = "\(row.name) (\(row.table))".escapedForTerminal
            return "      " + paint.dim(title) + "\n" + columns.text(indent: "        ")
        }.joined()
    }

    /// One entry for programs, with its rows where they are given.
    static func json(_ entry: QuarantineEntry, rows: [PlanPreview.Row]? = nil) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("context", .string(entry.context)), ("aggregate", .string(entry.aggregate)),
            ("key", .string(entry.displayKey)), ("entry", .count(entry.entry)),
            ("reason", .string(entry.reason)),
            ("message", .string(entry.message)), ("table", .string(entry.table)),
            ("operation", .string(entry.operation)), ("historical", .bool(entry.isHistorical)),
            ("offset", .optional(entry.offset.value)), ("position", .optional(entry.position.value)),
            ("mapping", .string(entry.mapping)),
        ]
        if let rows { members.append(("rows", PreviewPage.json(rows))) }
        return .object(members)
    }
}
