import Migration
import Model

/// Certificates for people and for programs.
enum CertificatePage {
    /// Whether the two sides were equal, in a word.
    static func finding(_ certificate: Certificate) -> String {
        let compared = certificate.body.compared
        if compared.isEmpty { return "nothing compared" }
        if compared.contains(where: { $0.missing + $0.extra + $0.different > 0 }) { return "different" }
        return compared.contains { $0.unjudged > 0 } ? "inconclusive" : "equal"
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
        for words in certificate.exceptions { text += "  except \(words.escapedForTerminal)\n" }
        return text
    }

    /// One certificate in brief.
    static func json(_ number: Int, _ certificate: Certificate) -> JSONValue {
        let body = certificate.body
        return [
            "number": .count(number), "context": .string(body.context),
            "finding": .string(finding(certificate)),
            "frontier": .optional(body.frontier.value), "mapping": .string(body.mapping),
            "digest": .string(certificate.digest), "previous": .optional(body.previous),
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
