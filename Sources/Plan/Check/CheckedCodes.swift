import CEL
import Expressions
import Model

/// Makes code tables that the flow runs on from those of the plan.
struct CheckedCodes {
    let text: CodeTableText
    /// Nil when the table was refused.
    let table: CodeTable?

    /// Digits without quotes are a number, unless every column that the table translates (or is written to) holds texts.
    init(_ text: CodeTableText, sources: Set<Kind>, targets: Set<Kind>, report: Report) {
        self.text = text
        let readsText = !sources.isEmpty && sources.isSubset(of: [.text, .json, .uuid])
        let writesText = !targets.isEmpty && targets.isSubset(of: [.text, .json])
        var seen: [CodeValue: SourceLocation] = [:]
        var entries: [CodeTable.Entry] = []
        for entry in text.entries {
            let old = entry.code.map { CheckedCodes.value($0, mayBeNumber: entry.isPlainCode && !readsText) } ?? .null
            if let first = seen[old] {
                report.error(
                    .duplicateKey, at: entry.location, path: entry.path, "the code table lists `\(old)` twice",
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

/// Which kinds of columns each code table translates, as far as plain columns tell.
struct CodeKinds {
    private(set) var sources: [String: Set<Kind>] = [:]
    private(set) var targets: [String: Set<Kind>] = [:]

    /// Looks at every field of a context before its expressions are checked.
    init(_ text: ContextText, slots: [AliasSlot], service: Catalog) {
        let tables = Dictionary(slots.compactMap { slot in slot.table.map { (slot.name, $0) } }) { first, _ in first }
        for aggregate in text.aggregates {
            let target = service.table(aggregate.table.value)
            for field in aggregate.facts.flatMap(\.fields) { add(field, target, tables) }
            for part in aggregate.parts {
                let target = service.table(part.table.value)
                for field in part.fields { add(field, target, tables) }
            }
        }
    }

    private mutating func add(_ field: FieldText, _ target: TableSchema?, _ tables: [String: TableSchema]) {
        guard let tree = try? Environment().parse(field.expression.text).expression else { return }
        for use in CodeUse.all(in: tree) where !use.isInverse {
            if case .select(let operand, let column, _)? = use.argument?.kind, case .identifier(let alias, _) = operand.kind,
                let table = tables[alias], let index = table.index(of: column) {
                sources[use.table, default: []].insert(table.columns[index].kind)
            }
        }
        guard case .call("code", _, nil, let arguments) = tree.kind, case .literal(.string(let name))? = arguments.first?.kind,
            let target, let index = target.index(of: field.column.value)
        else { return }
        targets[name, default: []].insert(target.columns[index].kind)
    }
}
