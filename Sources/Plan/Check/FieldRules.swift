import CEL
import Model

/// What the columns of one table demand of the expressions mapped to them.
struct FieldRules {
    let table: TableSchema
    let surrogate: Int?
    /// The natural key's expressions: the flow keeps rows apart in which any is NULL, so they may be written
    /// to a NOT NULL column.
    let natural: [ExpressionText]
    /// The legacy tables by slot.
    let sources: [TableSchema?]
    let report: Report

    /// Whether an expression may be written to a column; reports why not.
    func admit(_ expression: CompiledExpression, _ text: ExpressionText, to column: ColumnSchema) -> Bool {
        let type = expression.checked.type
        guard TypeWords.isAssignable(type, to: column.kind) else {
            let isFloat = type.unwrapped == .double && column.kind == .decimal
            report.error(
                isFloat ? .floatIntoDecimal : .typeMismatch, at: text.location, path: text.path,
                isFloat
                    ? "a floating-point number is not an exact amount"
                    : "`\(table.name).\(column.name)` holds \(column.kind.word) values",
                found: TypeWords.describe(type), expected: column.words,
                hint: TypeWords.conversion(type, to: column.kind, column: column))
            return false
        }
        warnOfLoss(expression, text, column)
        guard type == .dyn || !type.isNullable || column.isNullable || isNatural(expression) else {
            let isCode = CodeUse.all(in: expression.checked.expression).contains { !$0.isInverse }
            report.error(
                .nullableIntoRequired, at: text.location, path: text.path,
                "`\(table.name).\(column.name)` is NOT NULL, but this may be NULL",
                found: TypeWords.describe(type),
                expected: "\(column.words), never NULL",
                hint: isCode
                    ? "add a NULL entry to the code table: `NULL: { is: …, because: … }`"
                    : "say what NULL means: `coalesce(\(text.text), …)`; or quarantine such "
                        + "rows: `required(\(text.text))`"
            )
            return false
        }
        return true
    }

    private func isNatural(_ expression: CompiledExpression) -> Bool {
        let normal = expression.checked.expression.description
        return natural.contains { text in
            // A text that does not parse is reported where its expression is checked.
            (try? Environment().parse(text.text))?.expression.description == normal
        }
    }

    private func warnOfLoss(_ expression: CompiledExpression, _ text: ExpressionText, _ column: ColumnSchema)
    {
        guard case .select(_, let field, _) = expression.checked.expression.kind,
            let read = expression.checked.fields.first, read.name == field
        else { return }
        guard let slot = read.slot, sources.indices.contains(slot), let origin = sources[slot],
            let index = origin.index(of: read.name)
        else { return }
        let source = origin.columns[index]
        if let limit = column.textLimit, let length = source.textLimit, length > limit {
            report.warning(
                .textMayBeCut, at: text.location, path: text.path,
                "the legacy column holds longer texts than `\(table.name).\(column.name)`",
                found: source.declaredType,
                expected: column.declaredType, hint: "what does not fit is quarantined, never cut")
        }
        if column.kind == .decimal, let scale = column.scale, let found = source.scale, found > scale {
            report.warning(
                .scaleMayBeLost, at: text.location, path: text.path,
                "the legacy column has more decimal places than `\(table.name).\(column.name)`",
                found: source.declaredType, expected: column.declaredType,
                hint: "say how it is rounded: decimal(\(text.text), \(scale), 'half_even')")
        }
    }
}

extension ColumnSchema {
    /// The most characters a declared type such as `VARCHAR(20)` allows.
    var textLimit: Int? {
        let type = declaredType.uppercased()
        guard type.contains("CHAR"), let open = type.firstIndex(of: "("),
            let close = type.firstIndex(of: ")"),
            open < close
        else { return nil }
        return Int(type[type.index(after: open)..<close].split(separator: ",").first.map { String($0) } ?? "")
    }

    /// The column's kind with its declared type.
    var words: String { declaredType.isEmpty ? kind.word : "\(kind.word) (\(declaredType))" }
}
