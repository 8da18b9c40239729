import CEL
import Expressions
import Model
import Plan

/// Runs the steps of a mapping over the rows that are bound. Keeps scratch memory: one thread.
final class RowMapper {
    let bindings: RowBindings
    private var frame = Frame()

    init(_ tables: [TableSchema]) {
        bindings = RowBindings(tables)
    }

    /// Appends a field's value to a row image.
    func append(_ step: FieldStep, to bytes: inout [UInt8]) throws(TranslationFailure) {
        if let plain = step.plain,
            bindings.copyCell(
                plain.field, at: plain.slot, of: step.kind, scale: step.scale, into: &bytes)
        {
            return
        }
        if let spilled = step.spilled,
            bindings.copyCell(spilled.field, at: spilled.slot, of: .text, scale: nil, into: &bytes)
        {
            return
        }
        let value = try evaluate(step.expression)
        if step.isKey, case .null = value {
            throw TranslationFailure(
                reason: "identity_missing",
                message: "\(step.expression.location): \(step.column.name) is part of the key")
        }
        do {
            try ValueEncoder.encode(value, for: step.column, into: &bytes)
        } catch {
            throw TranslationFailure(
                reason: FailureReason.word(for: error),
                message: "\(step.expression.location): \(error.message)")
        }
    }

    /// Appends a value of the natural key in its canonical form.
    func appendNatural(_ step: ExpressionStep, to bytes: inout [UInt8]) throws(TranslationFailure) {
        guard ValueEncoder.appendCanonical(try evaluate(step), to: &bytes) else {
            throw TranslationFailure(
                reason: "identity_unusable", message: "\(step.location): no value that can be part of a key")
        }
    }

    /// The truth of a condition; true when there is none.
    func holds(_ step: ExpressionStep?) throws(TranslationFailure) -> Bool {
        guard let step else { return true }
        guard case .bool(let holds) = try evaluate(step) else {
            throw TranslationFailure(
                reason: "type_mismatch", message: "\(step.location): \(step.name) gives no bool")
        }
        return holds
    }

    /// Whether a field reads columns, and none of them was sent: then its value is what it was before.
    func readsOnlyUnsent(_ step: FieldStep) -> Bool {
        !step.sources.isEmpty && step.sources.allSatisfy { bindings.isAbsent($0.field, at: $0.slot) }
    }

    private func evaluate(_ step: ExpressionStep) throws(TranslationFailure) -> Value {
        do throws(EvaluationError) {
            return try step.program.evaluate(bindings, in: &frame)
        } catch {
            throw TranslationFailure(
                reason: FailureReason.word(for: error),
                message: "\(step.location): \(step.name): \(error.message)")
        }
    }
}
