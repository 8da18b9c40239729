import Migration
import Model

/// Records before and after the mapping, for people and for programs.
enum PreviewPage {
    /// Values longer than this are cut.
    private static let valueWidth = 48

    static func text(_ preview: PlanPreview, _ paint: Colors) -> String {
        let counts = preview.outcomes.sorted { $0.key < $1.key }.map {
            "\(Measure.count($0.value)) \($0.key)"
        }
        var text = paint.bold("\(preview.context) / \(preview.aggregate)")
        text += "  looked at: \(counts.isEmpty ? "no rows" : counts.joined(separator: ", "))\n"
        for record in preview.records { text += "\n" + self.text(record, paint) }
        return text
    }

    static func json(_ record: PlanPreview.Record, _ preview: PlanPreview) -> JSONValue {
        [
            "context": .string(preview.context), "aggregate": .string(preview.aggregate),
            "legacy_key": .string(record.legacyKey), "service_key": .optional(record.serviceKey),
            "outcome": .string(record.outcome), "reason": .optional(record.reason),
            "before": json(record.before), "after": json(record.after),
        ]
    }

    private static func text(_ record: PlanPreview.Record, _ paint: Colors) -> String {
        let outcome = record.outcome == "aggregate" ? paint.good(record.outcome) : paint.warn(record.outcome)
        var text = "\(paint.bold(record.legacyKey.escapedForTerminal))  \(outcome)"
        if let reason = record.reason { text += ": \(reason.escapedForTerminal)" }
        text += "\n"
        for (title, rows) in [("before", record.before), ("after", record.after)] {
            for row in rows {
                let name = row.name == row.table ? row.name : "\(row.name) (\(row.table))"
                text += "  \(paint.dim(title)) \(name.escapedForTerminal)\n"
                var columns = TextColumns()
                for value in row.values {
                    columns.add(
                        value.name.escapedForTerminal,
                        value.cell.display.escapedForTerminal.shortened(to: valueWidth))
                }
                text += columns.text(indent: "    ")
            }
        }
        return text
    }

    /// Rows as an array.
    static func json(_ rows: [PlanPreview.Row]) -> JSONValue {
        .array(
            rows.map { row in
                [
                    "name": .string(row.name), "table": .string(row.table),
                    "values": .object(row.values.map { ($0.name, .cell($0.cell)) }),
                ]
            })
    }
}
