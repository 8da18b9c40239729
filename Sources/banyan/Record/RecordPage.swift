import Apply
import ChangeLog
import Migration
import Model
import Plan

/// The life of one record for people.
struct RecordPage {
    let life: RecordLife
    let paint: Colors

    /// Values longer than this are cut.
    private static let valueWidth = 60

    /// The page.
    var text: String {
        identity + changes + fields + events + quarantine
    }

    private var identity: String {
        var columns = TextColumns()
        columns.add("legacy", "\(life.legacyTable) \(life.legacyKey)".escapedForTerminal)
        columns.add("natural key", life.naturalKey?.escapedForTerminal ?? "none: there is no cross-reference")
        columns.add("service", life.serviceKey.map { "\(life.table) \($0)".escapedForTerminal } ?? "none")
        columns.add("mapping", mapping)
        columns.add("it makes", life.outcome.escapedForTerminal)
        if let alias = life.waitsFor {
            columns.add("waits for", paint.warn("a row of \(alias)".escapedForTerminal))
        }
        let title = "\(life.context) / \(life.aggregate)  \(life.naturalKey ?? life.legacyKey)"
        return paint.bold(title.escapedForTerminal) + "\n" + columns.text(indent: "  ")
    }

    private var mapping: String {
        let planned = String(life.planMapping.prefix(12))
        guard let applied = life.appliedMapping, !applied.isEmpty else {
            return "\(planned), not applied yet"
        }
        if applied == life.planMapping { return planned }
        return "\(planned); " + paint.warn("the service was last written under \(applied.prefix(12))")
    }

    private var changes: String {
        var text = "\n" + paint.bold("Legacy changes") + "\n"
        if life.trimmedThrough > .start {
            text +=
                "  " + paint.dim("what lies before record \(life.trimmedThrough.next) of the log was removed")
                + "\n"
        }
        if life.changes.isEmpty { text += "  none in the log\n" }
        for change in life.changes {
            let time = Measure.moment(change.committedAt ?? change.appendedAt)
            let what = change.operation == .read ? "read as history" : "\(change.operation)"
            let who = change.origin == .banyan ? ", written by Banyan" : ""
            text +=
                "  \(time)  \(paint.bold(what)) " + "\(change.table) \(change.key)".escapedForTerminal
            text += paint.dim("  position \(change.position), record \(change.offset)\(who)") + "\n"
            // A whole row is not news: its present values are seen below, and all of them with --format json.
            guard change.operation == .update else { continue }
            var columns = TextColumns()
            for column in change.columns {
                columns.add(column.name.escapedForTerminal, value(column.before), "→ " + value(column.after))
            }
            text += columns.text(indent: "      ")
        }
        return text
    }

    private var fields: String {
        guard !life.fields.isEmpty else { return "" }
        var text =
            "\n" + paint.bold("Fields of \(life.table.escapedForTerminal)") + "\n" + self.text(life.fields)
        for part in life.parts {
            text +=
                "\n" + paint.bold("Part \(part.name) (\(part.table))".escapedForTerminal) + "\n"
                + self.text(part.fields)
        }
        return text
    }

    private func text(_ fields: [RecordLife.Field]) -> String {
        var columns = TextColumns()
        for field in fields {
            var value = self.value(field.value)
            if field.isDifferent { value += "  (the mapping gives \(self.value(field.mapped)))" }
            columns.add(field.name.escapedForTerminal, value, "← " + field.expression.escapedForTerminal)
            if let because = field.because { columns.add("", "", "  because " + because.escapedForTerminal) }
        }
        return columns.text(indent: "  ")
    }

    private var events: String {
        guard !life.events.isEmpty else { return "\n" + paint.bold("Events") + "\n  none\n" }
        var columns = TextColumns()
        for event in life.events {
            columns.add(
                event.timestamp.map(Measure.moment) ?? "", event.type.escapedForTerminal,
                "position \(event.position)",
                event.id.escapedForTerminal, event.isHistorical ? "from history" : "")
        }
        return "\n" + paint.bold("Events") + "\n" + columns.text(indent: "  ")
    }

    private var quarantine: String {
        guard !life.quarantine.isEmpty else { return "" }
        var text = "\n" + paint.bold("Set aside") + "\n"
        for entry in life.quarantine { text += QuarantinePage.line(entry, paint) }
        return text
    }

    private func value(_ cell: OwnedCell?) -> String {
        guard let cell else { return "(no row)" }
        return cell.display.escapedForTerminal.shortened(to: Self.valueWidth)
    }
}
