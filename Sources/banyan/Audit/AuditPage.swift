import Audit

/// The audit chain for people and for programs.
enum AuditPage {
    /// How far an action had come, in words.
    static func stage(_ stage: AuditStage) -> String {
        switch stage {
        case .done: "done"
        case .intended: "begun"
        case .concluded(let number, let outcome): "\(outcome.rawValue) (of \(number))"
        }
    }

    /// What a check found.
    static func text(_ verdict: AuditVerdict, _ paint: Colors) -> String {
        var text = verdict.isWhole ? paint.good("whole") : paint.bad("changed")
        text +=
            "  \(Measure.count(verdict.head.entries, "entry", "entries")), digest \(verdict.head.digest)\n"
        for problem in verdict.problems { text += "  \(problem.escapedForTerminal)\n" }
        if !verdict.isWhole { return text }
        switch verdict.signedThrough {
        case nil:
            text += "  nothing is signed: whoever can write the store could have written all of it anew\n"
        case verdict.head.entries?: text += "  signed to its end\n"
        case let entries?:
            text += "  signed through entry \(entries): what comes after it could have been written anew\n"
        }
        if !verdict.openIntentions.isEmpty {
            let numbers = verdict.openIntentions.map(String.init).joined(separator: ", ")
            text += "  under way, or cut short: entry \(numbers)\n"
        }
        return text
    }

    /// What a check found.
    static func json(_ verdict: AuditVerdict) -> JSONValue {
        [
            "verdict": .string(verdict.isWhole ? "accept" : "reject"),
            "entries": .count(verdict.head.entries), "digest": .string("\(verdict.head.digest)"),
            "signed_through": verdict.signedThrough.map(JSONValue.count) ?? .null,
            "open": .array(verdict.openIntentions.map(JSONValue.count)),
            "reasons": .array(verdict.problems.map(JSONValue.string)),
        ]
    }
}
