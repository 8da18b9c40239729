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
    ///
    /// - Parameters:
    ///   - strange: Lines of kept ends that are none.
    ///   - isKeyKnown: Whether it was said whose signatures count.
    static func text(_ verdict: AuditVerdict, strange: Int, isKeyKnown: Bool, _ paint: Colors) -> String {
        var text = verdict.isWhole ? paint.good("whole") : paint.bad("changed")
        text +=
            "  \(Measure.count(verdict.head.entries, "entry", "entries")), digest \(verdict.head.digest)\n"
        if let chain = verdict.chain {
            text += "  chain \(chain.id.escapedForTerminal) of \(chain.migration.escapedForTerminal)\n"
        }
        for problem in verdict.problems { text += "  \(problem.escapedForTerminal)\n" }
        text += "  held against \(Measure.count(verdict.headsCompared, "signed end"))"
        if verdict.headsOfOthers > 0 { text += "; \(verdict.headsOfOthers) of other keys were left out" }
        if strange > 0 { text += "; \(Measure.count(strange, "line")) of the kept ones are none" }
        text += "\n" + (verdict.isWhole ? signature(verdict, isKeyKnown) : "")
        if !verdict.openIntentions.isEmpty {
            let numbers = verdict.openIntentions.map(String.init).joined(separator: ", ")
            text += "  under way, or cut short: entry \(numbers)\n"
        }
        return text
    }

    private static func signature(_ verdict: AuditVerdict, _ isKeyKnown: Bool) -> String {
        let keys = verdict.signers.map(\.description).joined(separator: ", ")
        let by = "by \(keys)" + (isKeyKnown ? "" : ", whose key that is nobody has said: give --key")
        switch verdict.signedThrough {
        case nil:
            return "  nothing is signed: whoever can write the store could have written all of it anew\n"
        case verdict.head.entries?: return "  signed to its end \(by)\n"
        case let entries?:
            return
                "  signed through entry \(entries) \(by): what comes after it could have been written anew\n"
        }
    }

    /// What a check found.
    static func json(_ verdict: AuditVerdict, strange: Int) -> JSONValue {
        [
            "verdict": .string(verdict.isWhole ? "accept" : "reject"),
            "migration": .optional(verdict.chain?.migration), "chain": .optional(verdict.chain?.id),
            "entries": .count(verdict.head.entries), "digest": .string("\(verdict.head.digest)"),
            "signed_through": verdict.signedThrough.map(JSONValue.count) ?? .null,
            "signed_by": .array(verdict.signers.map { .string($0.description) }),
            "ends_compared": .count(verdict.headsCompared),
            "ends_of_other_keys": .count(verdict.headsOfOthers),
            "lines_strange": .count(strange), "open": .array(verdict.openIntentions.map(JSONValue.count)),
            "reasons": .array(verdict.problems.map(JSONValue.string)),
        ]
    }
}
