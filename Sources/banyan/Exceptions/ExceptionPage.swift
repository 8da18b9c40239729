import Exceptions
import Model
import Reconcile

/// Exceptions for people and for programs.
enum ExceptionPage {
    /// What differences of a shape have in common, in words.
    static func words(_ shape: Finding.Shape) -> String {
        let of = shape.of.escapedForTerminal
        switch shape.kind {
        case .missing: return "\(of) missing in the service"
        case .extra: return "\(of) that legacy does not demand"
        case .content: return "\(of) differs in \(shape.fields.joined(separator: ", ").escapedForTerminal)"
        }
    }

    /// A difference in a line.
    static func words(_ one: Discrepancy) -> String {
        let fields = one.fields.map { field in
            "\(field.field.escapedForTerminal): legacy \(shown(field.legacy)), service \(shown(field.service))"
        }
        return ([one.key.escapedForTerminal] + fields).joined(separator: "  ")
    }

    private static func shown(_ value: String?) -> String {
        guard let value else { return "NULL" }
        let line = value.escapedForTerminal
        return "'\(line.count > 60 ? line.prefix(57) + "…" : line)'"
    }

    /// Findings, with the cases that are open among them.
    static func text(_ cases: [ExceptionCase]) -> String {
        if cases.isEmpty { return "no exceptions\n" }
        var columns = TextColumns(right: [0])
        columns.add("CASES", "WHAT", "STATES", "EXAMPLES", "OFTEN")
        for finding in Finding.groups(of: cases) {
            let states = Dictionary(grouping: finding.cases, by: \.state.word).sorted { $0.key < $1.key }
            let pairs = finding.commonPairs(1).map { pair in
                "\(shown(pair.legacy)) → \(shown(pair.service)) ×\(pair.count)"
            }
            columns.add(
                Measure.count(finding.cases.count), words(finding.shape),
                states.map { "\($0.value.count) \($0.key)" }.joined(separator: ", "),
                finding.cases.prefix(3).map { "#\($0.number)" }.joined(separator: " "),
                pairs.joined(separator: ", "))
        }
        return columns.text()
    }

    /// Shows a case, as the options say.
    static func write(_ one: ExceptionCase, _ terminal: Terminal, _ output: OutputOptions) throws
        -> ExitStatus
    {
        if output.isJSON {
            try terminal.line(json(one))
        } else {
            try terminal.write(text(one, terminal.paint))
        }
        return .done
    }

    /// One case, with everything that happened to it.
    static func text(_ one: ExceptionCase, _ paint: Colors) -> String {
        let seen = one.discrepancy
        var text = paint.bold("exception \(one.number)") + "  \(one.context.escapedForTerminal)  "
        text += one.state.isUnresolved ? paint.bad(one.state.word) : paint.good(one.state.word)
        if case .waived(let until) = one.state { text += " until \(Measure.moment(until))" }
        text += one.isMaterial ? "  material\n" : "\n"
        text += "  \(words(Finding.Shape(seen)))\n  key \(seen.key.escapedForTerminal)"
        text += seen.legacyKey.map { ", in legacy \($0.escapedForTerminal)" } ?? ""
        text += "; seen by pass \(one.firstPass) to \(one.lastPass), at \(seen.frontier)\n"
        if let owner = one.owner { text += "  owner \(owner.escapedForTerminal)" }
        if let deadline = one.deadline { text += ", until \(Measure.moment(deadline))" }
        if one.owner != nil { text += "\n" }
        if let wanted = one.wanted {
            text += "  \(wanted.by.escapedForTerminal) wants to \(wanted.kind.word): "
            text += "\(wanted.because.escapedForTerminal); an approver has to approve it\n"
        }
        if !seen.fields.isEmpty {
            var columns = TextColumns()
            columns.add("FIELD", "LEGACY", "SERVICE")
            for field in seen.fields {
                columns.add(field.field.escapedForTerminal, shown(field.legacy), shown(field.service))
            }
            text += columns.text(indent: "  ")
        }
        var columns = TextColumns()
        columns.add("AT", "BY", "WHAT", "WORDS")
        for step in one.history {
            columns.add(
                Measure.moment(step.at), step.by.escapedForTerminal, step.what,
                (step.text ?? "").escapedForTerminal)
        }
        return text + columns.text(indent: "  ")
    }

    static func json(_ one: Discrepancy) -> JSONValue {
        [
            "of": .string(one.of), "kind": .string(one.kind.rawValue), "key": .string(one.key),
            "legacy_key": .optional(one.legacyKey), "frontier": .optional(one.frontier.value),
            "fields": .array(
                one.fields.map {
                    [
                        "field": .string($0.field), "legacy": .optional($0.legacy),
                        "service": .optional($0.service),
                    ]
                }),
        ]
    }

    static func json(_ finding: Finding) -> JSONValue {
        [
            "of": .string(finding.shape.of), "kind": .string(finding.shape.kind.rawValue),
            "fields": .array(finding.shape.fields.map(JSONValue.string)),
            "cases": .array(finding.cases.map { .count($0.number) }),
        ]
    }

    static func json(_ one: ExceptionCase) -> JSONValue {
        var until: JSONValue = .null
        if case .waived(let end) = one.state { until = .time(end) }
        return [
            "number": .count(one.number), "context": .string(one.context), "state": .string(one.state.word),
            "waived_until": until, "material": .bool(one.isMaterial), "owner": .optional(one.owner),
            "deadline": .time(one.deadline), "first_pass": .count(one.firstPass),
            "last_pass": .count(one.lastPass), "wanted": .optional(one.wanted?.kind.word),
            "difference": json(one.discrepancy),
            "history": .array(
                one.history.map {
                    [
                        "at": .time($0.at), "by": .string($0.by), "what": .string($0.what),
                        "text": .optional($0.text),
                    ]
                }),
        ]
    }
}
