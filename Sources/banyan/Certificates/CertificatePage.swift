import Migration
import Model
import Reconcile

/// Certificates for people and for programs.
enum CertificatePage {
    /// Whether the two sides were equal, in a word.
    static func finding(_ certificate: Certificate) -> String {
        let compared = certificate.body.compared
        let totals = certificate.body.totals ?? []
        if compared.isEmpty { return "nothing compared" }
        if compared.contains(where: { $0.missing + $0.extra + $0.different > 0 }) { return "different" }
        if totals.contains(where: { $0.verdict == .different }) { return "different" }
        let isOpen =
            compared.contains { $0.unjudged > 0 } || totals.contains { $0.verdict == .notComparable }
        return isOpen ? "inconclusive" : "equal"
    }

    /// What a comparison found, table by table.
    static func text(_ certificate: Certificate, _ paint: Colors) -> String {
        let body = certificate.body
        var text = paint.bold("\(body.migration) / \(body.context)".escapedForTerminal)
        let finding = finding(certificate)
        text += "  " + (finding == "equal" ? paint.good(finding) : paint.bad(finding)) + "\n"
        text +=
            "  frontier \(body.frontier), mapping \(body.mapping.prefix(12)), by \(body.tool)\n".escapedLines
        text += "  digest \(certificate.digest)\n".escapedLines
        if let previous = body.previous { text += "  after  \(previous)\n".escapedLines }
        let tables = Dictionary(grouping: body.history, by: \.table).mapValues(\.count).sorted {
            $0.key < $1.key
        }
        let history = tables.map { "\($0.key.escapedForTerminal) in \(Measure.count($0.value, "chunk"))" }
        text += "  history read: \(history.isEmpty ? "none" : history.joined(separator: ", "))\n\n"
        var columns = TextColumns(right: [1, 2, 3, 4, 5, 6, 7])
        columns.add(
            "COMPARED", "ROWS", "MISSING", "EXTRA", "DIFFERENT", "NOT JUDGED", "QUARANTINED", "PENDING")
        for comparison in body.compared {
            columns.add(
                comparison.aggregate.escapedForTerminal, Measure.count(comparison.compared),
                Measure.count(comparison.missing), Measure.count(comparison.extra),
                Measure.count(comparison.different), Measure.count(comparison.unjudged),
                Measure.count(comparison.quarantined), Measure.count(comparison.pending ?? 0))
        }
        text += columns.text(indent: "  ")
        text += totals(certificate, paint)
        for words in certificate.exceptions { text += "  except \(words.escapedForTerminal)\n" }
        return text
    }

    /// How many figures are shown of a total in which nothing differs.
    private static let figuresMax = 20

    /// The totals, figure by figure; of many figures those that differ.
    static func totals(_ certificate: Certificate, _ paint: Colors) -> String {
        let totals = certificate.body.totals ?? []
        if totals.isEmpty { return "" }
        var text = "\n  totals, by queries of the business and not by the mapping\n"
        var notes = ""
        var columns = TextColumns(right: [2, 3])
        columns.add("TOTAL", "OF", "LEGACY", "SERVICE", "")
        for total in totals {
            let wrong = total.lines.filter { !$0.isEqual }
            let shown = total.lines.count > figuresMax ? Array(wrong.prefix(figuresMax)) : total.lines
            for line in shown {
                columns.add(
                    total.name.escapedForTerminal,
                    line.group.joined(separator: ", ").escapedForTerminal,
                    line.legacy?.escapedForTerminal ?? "none", line.service?.escapedForTerminal ?? "none",
                    line.isEqual ? paint.good("equal") : paint.bad("different"))
            }
            let rest = total.lines.count - shown.count
            if rest > 0 {
                let words = wrong.count > shown.count ? "more figures" : "more figures, equal"
                columns.add(total.name.escapedForTerminal, "\(Measure.count(rest)) \(words)", "", "", "")
            }
            if let reason = total.reason {
                notes += "  total \(total.name.escapedForTerminal): "
                notes += total.verdict == .notComparable ? "not comparable yet: " : ""
                notes += reason.escapedForTerminal + "\n"
            }
        }
        return text + columns.text(indent: "  ") + notes
    }

    private static func json(_ total: TotalComparison) -> JSONValue {
        [
            "total": .string(total.name), "tolerance": .string(total.tolerance),
            "verdict": .string(total.verdict.rawValue), "reason": .optional(total.reason),
            "frontier": .optional(total.frontier?.value),
            "figures": .array(
                total.lines.map { line in
                    [
                        "of": .array(line.group.map(JSONValue.string)), "legacy": .optional(line.legacy),
                        "service": .optional(line.service), "equal": .bool(line.isEqual),
                    ]
                }),
        ]
    }

    /// One certificate in brief.
    static func json(_ number: Int, _ certificate: Certificate) -> JSONValue {
        let body = certificate.body
        return [
            "number": .count(number), "context": .string(body.context),
            "finding": .string(finding(certificate)),
            "frontier": .optional(body.frontier.value), "mapping": .string(body.mapping),
            "digest": .string(certificate.digest), "previous": .optional(body.previous),
            "totals": .array((body.totals ?? []).map(json)),
            "compared": .array(
                body.compared.map { comparison in
                    [
                        "of": .string(comparison.aggregate), "compared": .count(comparison.compared),
                        "missing": .count(comparison.missing), "extra": .count(comparison.extra),
                        "different": .count(comparison.different), "unjudged": .count(comparison.unjudged),
                        "quarantined": .count(comparison.quarantined),
                        "pending": .count(comparison.pending ?? 0), "digest": .string(comparison.digest),
                    ]
                }),
        ]
    }
}

extension String {
    /// A line with everything but its end escaped.
    fileprivate var escapedLines: String { String(dropLast()).escapedForTerminal + "\n" }
}
