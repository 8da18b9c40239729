import CEL
import Expressions
import Model

/// Expressions, from source text to value, with everything that a plan gives them.
///
/// The laws: faults lie inside the text; what is printed parses again, to the same text, type and value; a
/// value is of the type that the check found; no evaluation outlasts its budget.
public final class ExpressionTarget: FuzzTarget {
    /// Enough for honest expressions of the size of an input, and soon spent by others.
    private static let limits = EvaluationLimits(steps: 100_000)

    private let row = SampleRow()
    private let environment: Environment
    private let scope: SQLScope

    /// Prepares the environment and the row.
    public init() throws {
        environment = try SampleRow.environment()
        scope = .aliases(SampleRow.aliases.map { ($0.name, SampleRow.table) })
    }

    /// The input is the text of the expression.
    public func run(_ input: [UInt8]) throws {
        let source = String(decoding: input, as: UTF8.self)
        guard let parsed = try parse(source) else { return }
        let printed = parsed.expression.description
        try judge(printed: printed, of: source)
        try row.withBindings { bindings in
            let unchecked = Self.outcome(try environment.program(unchecked: parsed), bindings)
            try Self.judge(unchecked)
            guard let checked = try check(parsed) else { return }
            let program = try environment.program(checked)
            let outcome = Self.outcome(program, bindings)
            try Self.judge(outcome)
            try Self.judge(outcome, isOf: program.type)
            try judge(printed: printed, runsAs: outcome, program.type, bindings)
            translate(checked)
        }
    }

    // MARK: compiling

    private func parse(_ source: String) throws -> ParsedExpression? {
        do {
            return try environment.parse(source)
        } catch {
            try Self.judge(error, in: source)
            return nil
        }
    }

    private func check(_ parsed: ParsedExpression) throws -> CheckedExpression? {
        do {
            return try environment.check(parsed)
        } catch {
            try Self.judge(error, in: parsed.source)
            return nil
        }
    }

    /// Throws when a fault lies outside the text.
    static func judge(_ error: CompilationError, in source: String) throws {
        try FuzzFinding.unless(!error.diagnostics.isEmpty, "an expression is refused without a reason")
        let bytes = source.utf8.count
        for diagnostic in error.diagnostics {
            let place = diagnostic.position
            let isInside =
                (0...bytes).contains(place.offset) && place.line >= 1 && place.column >= 1
                && place.line + place.column <= bytes + 2
            try FuzzFinding.unless(isInside, "a fault at \(place) of a text of \(bytes) bytes")
        }
    }

    /// The normal form parses and prints as itself; only limits may refuse it, for it may be longer.
    private func judge(printed: String, of source: String) throws {
        do {
            let again = try environment.parse(printed).expression.description
            try FuzzFinding.unless(again == printed, "printed as \(printed), printed again as \(again)")
        } catch let error as CompilationError {
            let isLimit = error.diagnostics.allSatisfy { $0.code == .limit }
            try FuzzFinding.unless(isLimit, "printed as \(printed), which is refused: \(error)")
        }
    }

    /// A refusal to put the expression into SQL is an answer.
    private func translate(_ checked: CheckedExpression) {
        for dialect in SQLDialect.allCases {
            do { _ = try SQLPredicate(checked, scope: scope, dialect: dialect) } catch { continue }
        }
    }

    // MARK: running

    private static func outcome(_ program: Program, _ bindings: any Bindings) -> ExpressionOutcome {
        let time = CPUTime()
        do throws(EvaluationError) {
            return ExpressionOutcome(value: try program.evaluate(bindings, limits: limits), time: time)
        } catch {
            return ExpressionOutcome(error: error, time: time)
        }
    }

    /// Throws when an evaluation took too long.
    private static func judge(_ outcome: ExpressionOutcome) throws {
        try outcome.time.requireWithinLimit("an evaluation of \(limits.steps) steps")
    }

    /// Throws when a value is of another type than the check promised.
    static func judge(_ outcome: ExpressionOutcome, isOf type: CELType) throws {
        guard let value = outcome.value else { return }
        try FuzzFinding.unless(
            ValueShape.isValue(value, of: type),
            "checked as \(type), but the value is \(ValueShape.shown(value))")
    }

    private func judge(
        printed: String, runsAs outcome: ExpressionOutcome, _ type: CELType, _ bindings: any Bindings
    ) throws {
        let program: Program
        do {
            program = try environment.compile(printed)
        } catch {
            let isLimit = error.diagnostics.allSatisfy { $0.code == .limit }
            try FuzzFinding.unless(isLimit, "checks, but its normal form \(printed) does not: \(error)")
            return
        }
        try FuzzFinding.unless(program.type == type, "of type \(type), but printed of type \(program.type)")
        let again = Self.outcome(program, bindings)
        try FuzzFinding.unless(
            again.shown == outcome.shown, "gives \(outcome.shown), but printed gives \(again.shown)")
    }
}
