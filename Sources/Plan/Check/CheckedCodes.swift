import CEL
import Expressions
import Model

/// Makes code tables that the flow runs on from those of the plan.
struct CheckedCodes {
    let text: CodeTableText
    /// Nil when the table was refused.
    let table: CodeTable?

    /// Digits without quotes are a number, unless every column that the table translates (or is written to)
    /// holds texts.
    init(_ text: CodeTableText, sources: Set<Kind>, targets: Set<Kind>, report: Report) {
        self.text = text
        let readsText = !sources.isEmpty && sources.isSubset(of: [.text, .json, .uuid])
        let writesText = !targets.isEmpty && targets.isSubset(of: [.text, .json])
        var seen: [CodeValue: SourceLocation] = [:]
        var entries: [CodeTable.Entry] = []
        for entry in text.entries {
            let old =
                entry.code.map { CheckedCodes.value($0, mayBeNumber: entry.isPlainCode && !readsText) }
                ?? .null
            if let first = seen[old] {
                report.error(
                    .duplicateKey, at: entry.location, path: entry.path,
                    "the code table lists `\(old)` twice",
                    found: "\(old)", expected: "each old value once", hint: "the first is at \(first)")
                continue
            }
            seen[old] = entry.location
            let new = CheckedCodes.value(entry.meaning, mayBeNumber: entry.isPlainMeaning && !writesText)
            entries.append(
                CodeTable.Entry(old: old, new: new, because: entry.because, isPreferred: entry.isPreferred))
        }
        let otherwise: CodeTable.Otherwise =
            switch text.otherwise {
            case .quarantine: .quarantine
            case .keep: .keep
            case .meaning(let meaning): .value(CheckedCodes.value(meaning, mayBeNumber: !writesText))
            }
        do {
            table = try CodeTable(name: text.name.value, entries: entries, otherwise: otherwise)
        } catch {
            report.error(.duplicateKey, at: text.name.location, path: text.name.path, error.message)
            table = nil
        }
    }

    private static func value(_ text: String, mayBeNumber: Bool) -> CodeValue {
        guard mayBeNumber, let number = Int64(text), String(number) == text else { return .text(text) }
        return .integer(number)
    }
}
