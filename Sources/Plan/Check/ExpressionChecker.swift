import CEL
import Model

/// Type-checks and compiles expressions in one scope, reporting faults where they stand in the plan.
struct ExpressionChecker {
    let environment: Environment
    let report: Report
    /// Aliases that the scope has a meaning for, with the reason why some cannot be used.
    var aliases: [String: AliasScope] = [:]
    /// The code tables of the context.
    var codes: [CodeTableText] = []

    /// What an expression must be.
    enum Need {
        case anything
        case condition
    }

    /// The compiled expression; nil when it was refused.
    func compile(_ text: ExpressionText, _ need: Need = .anything) -> CompiledExpression? {
        let parsed: ParsedExpression
        do {
            parsed = try environment.parse(text.text)
        } catch {
            ExpressionChecker.report(error, of: text, to: report)
            return nil
        }
        let isClean = checkAliases(parsed.expression, text) && checkCodes(parsed.expression, text)
        let checked: CheckedExpression
        do {
            checked = try environment.check(parsed)
            guard isClean, need == .anything || requireCondition(checked, text) else { return nil }
            return CompiledExpression(
                text: text.text, location: text.location, checked: checked,
                program: try environment.program(checked))
        } catch {
            // Faults of aliases and codes were explained better above.
            if isClean {
                ExpressionChecker.report(
                    error, of: text, to: report, variables: environment.variables)
            }
            return nil
        }
    }

    private func requireCondition(_ checked: CheckedExpression, _ text: ExpressionText) -> Bool {
        let type = checked.type
        if type == .bool || type == .dyn { return true }
        if type.unwrapped == .bool {
            report.error(
                .expressionType, at: text.location, path: text.path, "the condition may be NULL",
                found: "\(type)",
                expected: "bool", hint: "write `(…) == true`, so that NULL counts as no")
        } else {
            report.error(
                .expressionType, at: text.location, path: text.path, "a condition must be true or false",
                found: TypeWords.describe(type), expected: "bool")
        }
        return false
    }

    // MARK: aliases

    private func checkAliases(_ tree: Expression, _ text: ExpressionText) -> Bool {
        var isClean = true
        for use in AliasUse.all(in: tree) {
            guard let scope = aliases[use.name] else { continue }
            let place = text.location(of: use.position)
            switch scope {
            case .row(let isNullable):
                guard isNullable, let column = use.column, !isGuarded(use.name, tree) else { continue }
                report.warning(
                    .optionalUnguarded, at: place, path: text.path,
                    "there may be no row of `\(use.name)`; where there is none, this "
                        + "quarantines the aggregate",
                    found: "\(use.name).\(column)", expected: "what holds when there is no row",
                    hint: "write `\(use.name) == null ? null : \(use.name).\(column)`")
            case .unknown: isClean = false
            case .rows:
                guard let column = use.column else { continue }
                isClean = false
                report.error(
                    .manyAsSingle, at: place, path: text.path,
                    "`\(use.name)` is many rows, so it has no single `\(column)`",
                    found: "\(use.name).\(column)",
                    expected: "a macro over the rows, or a function of them",
                    hint:
                        "write `\(use.name).exists(x, x.\(column) == …)`, `.all(…)`, `.map(x, "
                        + "x.\(column))`, or make it a part"
                )
            case .under(let many):
                isClean = false
                report.error(
                    .unreachableAlias, at: place, path: text.path,
                    "`\(use.name)` joins to `\(many)`, which is many rows: there is no single row of it here",
                    found: use.name, expected: "an alias that joins to single rows",
                    hint:
                        "use it in a part of `\(many)`; `one` and `optional` aliases that join "
                        + "to it are available there"
                )
            case .tooFar(let part):
                isClean = false
                report.error(
                    .unreachableAlias, at: place, path: text.path,
                    "in a part, rows are looked up one step from `\(part)`, and `\(use.name)` "
                        + "is further away",
                    found: use.name, expected: "a `one` or `optional` alias that joins to `\(part)` itself",
                    hint: "join `\(use.name)` to `\(part)` where their columns allow it")
            case .unreachable:
                isClean = false
                report.error(
                    .unreachableAlias, at: place, path: text.path,
                    "no join leads from the root to `\(use.name)`",
                    found: use.name, expected: "an alias that joins to the root, directly or through others",
                    hint: "declare `\(use.name)` with one:, optional: or many: and a join")
            }
        }
        return isClean
    }

    /// Whether the expression asks anywhere if the row is there.
    private func isGuarded(_ alias: String, _ tree: Expression) -> Bool {
        var isGuarded = false
        tree.walk { node in
            guard case .binary(let operation, let left, let right) = node.kind,
                operation == .equal || operation == .notEqual
            else { return }
            for (one, other) in [(left, right), (right, left)] {
                if case .identifier(alias, _) = one.kind, case .literal(.null) = other.kind {
                    isGuarded = true
                }
            }
        }
        return isGuarded
    }

    // MARK: codes

    private func checkCodes(_ tree: Expression, _ text: ExpressionText) -> Bool {
        var isClean = true
        for use in CodeUse.all(in: tree) where !codes.contains(where: { $0.name.value == use.table }) {
            isClean = false
            report.unknown(
                .unknownCodeTable, at: text.location(of: use.position), path: text.path,
                "there is no code table `\(use.table)`", name: use.table, among: codes.map(\.name.value),
                of: "a table of `codes`")
        }
        return isClean
    }

    // MARK: faults of the language

    /// Reports every fault of a refused expression.
    static func report(
        _ error: CompilationError, of text: ExpressionText, to report: Report, variables: [Variable] = []
    ) {
        let names = variables.map(\.name)
        for diagnostic in error.diagnostics {
            let mistake: PlanMistake =
                switch diagnostic.code {
                case .syntax: .expressionSyntax
                case .limit: .expressionLimit
                case .unknownName: .expressionName
                case .unknownFunction: .expressionFunction
                case .unknownField: .expressionField
                case .noSuchOverload: diagnostic.isOfCodes ? .codeKind : .expressionOverload
                case .typeMismatch: .expressionType
                case .invalidArgument: .expressionArgument
                }
            var expected = diagnostic.expected
            if diagnostic.code == .unknownName, !names.isEmpty {
                expected =
                    "one of: " + names.sorted().prefix(16).joined(separator: ", ")
                    + (names.count > 16 ? ", …" : "")
            }
            if diagnostic.code == .unknownField,
                let record = variables.compactMap(\.type.row).first(where: {
                    diagnostic.message.hasPrefix("'\($0.name)' ")
                })
            {
                let columns = record.fields.map(\.name).sorted()
                expected =
                    "a column: " + columns.prefix(16).joined(separator: ", ")
                    + (columns.count > 16 ? ", …" : "")
            }
            let nearest =
                diagnostic.code == .unknownName
                ? diagnostic.found.flatMap { NearestName.of($0, among: names) } : nil
            report.error(
                mistake, at: text.location(of: diagnostic.position), path: text.path, diagnostic.message,
                found: diagnostic.found, expected: expected,
                hint: nearest.map { "did you mean `\($0)`?" } ?? diagnostic.suggestion.map {
                    "did you mean `\($0)`?"
                }
                    ?? hint(for: diagnostic))
        }
    }

    private static func hint(for diagnostic: CEL.Diagnostic) -> String? {
        guard diagnostic.code == .noSuchOverload, let found = diagnostic.found else { return nil }
        if diagnostic.isOfCodes {
            return "a code table translates texts and integers; write string(…) around the value"
        }
        if found.contains("decimal"), found.contains("double") {
            return "write the number as decimal('…'), so that it stays exact"
        }
        if found.contains("date"), found.contains("string") { return "make the text a date first: date(…)" }
        return nil
    }
}

extension CEL.Diagnostic {
    /// Whether it is about the arguments of `code` or `uncode`.
    fileprivate var isOfCodes: Bool { message.hasPrefix("code does") || message.hasPrefix("uncode does") }
}

extension CELType {
    /// The row that a variable stands for, or that its list is made of.
    fileprivate var row: RecordType? {
        switch self {
        case .record(let record): record
        case .wrapper(let inner), .list(let inner): inner.row
        default: nil
        }
    }
}
