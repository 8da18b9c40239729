import Expressions

/// Code tables as text.
enum CodeRendering {
    /// The table for the mapping's digest: the order of entries means nothing, what they say does.
    static func canonical(_ table: CodeTable) -> [String] {
        let entries = table.entries.map { entry in
            "\(exact(entry.old)) = \(exact(entry.new))" + (entry.isPreferred ? " preferred" : "")
        }
        return ["codes \(PlanDigest.quoted(table.name)) otherwise \(exact(table.otherwise))"]
            + entries.sorted()
    }

    /// Old value, meaning and reason of each entry.
    static func rows(_ table: CodeTable) -> [[String]] {
        table.entries.map { ["\($0.old)", "\($0.new)", $0.because ?? ""] }
    }

    /// What becomes of other values, as a sentence.
    static func otherwise(_ table: CodeTable) -> String {
        switch table.otherwise {
        case .quarantine: "Any other value is quarantined."
        case .keep: "Any other value is kept as it is."
        case .value(let value): "Any other value means \(value)."
        }
    }

    private static func exact(_ value: CodeValue) -> String {
        switch value {
        case .null: "null"
        case .integer(let number): String(number)
        case .text(let text): PlanDigest.quoted(text)
        }
    }

    private static func exact(_ otherwise: CodeTable.Otherwise) -> String {
        switch otherwise {
        case .quarantine: "quarantine"
        case .keep: "keep"
        case .value(let value): exact(value)
        }
    }
}
