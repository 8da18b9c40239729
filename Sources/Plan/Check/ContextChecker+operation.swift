import CEL
import Model

extension ContextChecker {
    /// One event; nil when it was refused.
    mutating func event(_ text: EventText, _ aggregates: [CheckedAggregate?]) -> CheckedEvent? {
        guard let index = aggregate(named: text.of), let aggregate = aggregates[index] else { return nil }
        let when = states(of: aggregate.table).compile(text.when, .condition)
        note(when, mapping: false)
        return when.map {
            CheckedEvent(
                name: text.name.value, aggregate: index, when: $0, replay: text.replay,
                location: text.name.location)
        }
    }

    private func aggregate(named name: Located<String>) -> Int? {
        if let index = text.aggregates.firstIndex(where: { $0.name.value == name.value }) { return index }
        report.unknown(
            .unknownAggregate, at: name.location, path: name.path, "there is no aggregate `\(name.value)`",
            name: name.value,
            among: text.aggregates.map(\.name.value), of: "an aggregate of the context")
        return nil
    }

    /// One slice; nil when it was refused.
    mutating func slice(_ slice: SliceText, _ aggregates: [CheckedAggregate?]) -> CheckedSlice? {
        let index: Int
        if let of = slice.of {
            guard let found = aggregate(named: of) else { return nil }
            index = found
        } else {
            guard text.aggregates.count == 1 else {
                if text.aggregates.count > 1 {
                    report.error(
                        .ambiguousAggregate, at: slice.name.location, path: slice.name.path,
                        "the context has \(text.aggregates.count) aggregates, and the slice "
                            + "does not say of which it is a set",
                        found: slice.name.value,
                        expected: "`of`: one of " + text.aggregates.map(\.name.value).joined(separator: ", "))
                }
                return nil
            }
            index = 0
        }
        guard let aggregate = aggregates[index] else { return nil }
        let legacy = mapping(root: aggregate.root).compile(slice.legacy, .condition)
        let service = columns(of: aggregate.table).compile(slice.service, .condition)
        note(legacy)
        note(service, mapping: false)
        guard let legacy, let service else { return nil }
        return CheckedSlice(name: slice.name.value, legacy: legacy, service: service, aggregate: index)
    }

    // MARK: reconciliation

    /// What is compared, and how closely.
    func reconcile(_ aggregates: [CheckedAggregate?]) -> CheckedReconciliation {
        if let warn = text.reconcile.warn, let incident = text.reconcile.incident, warn.value > incident.value
        {
            report.error(
                .thresholdOrder, at: warn.location, path: warn.path, "the warning comes after the incident",
                found: "warn \(warn.value), incident \(incident.value)", expected: "warn at or below incident"
            )
        }
        return CheckedReconciliation(
            fields: text.reconcile.fields.compactMap { comparison($0, aggregates) },
            totals: text.reconcile.totals.map(total), warn: text.reconcile.warn?.value,
            incident: text.reconcile.incident?.value)
    }

    private func comparison(
        _ field: ReconcileText.Field, _ aggregates: [CheckedAggregate?]
    ) -> CheckedComparison? {
        let known = aggregates.compactMap { $0 }
        guard known.count == aggregates.count else { return nil }
        let parts = field.column.value.split(separator: ".").map(String.init)
        let candidates = aggregates.indices.filter { index in
            parts.count == 1 || text.aggregates[index].name.value == parts[0]
        }
        let name = parts.last ?? ""
        let matches = candidates.compactMap { index -> (Int, Int)? in
            known[index].fields.first { known[index].table.columns[$0.column].name == name }.map {
                (index, $0.column)
            }
        }
        guard let match = matches.first else {
            // A field that is declared, and was refused, has been reported where it stands.
            let isDeclared = candidates.contains { index in
                text.aggregates[index].facts.flatMap(\.fields).contains { $0.column.value == name }
            }
            if isDeclared { return nil }
            let names = candidates.flatMap { index in
                known[index].fields.map { known[index].table.columns[$0.column].name }
            }
            report.unknown(
                .unknownColumn, at: field.column.location, path: field.column.path,
                "no aggregate has a mapped field `\(name)`", name: name, among: names, of: "a mapped field")
            return nil
        }
        guard matches.count == 1 else {
            report.error(
                .ambiguousAggregate, at: field.column.location, path: field.column.path,
                "several aggregates have a field `\(name)`", found: name,
                expected: matches.map { "\(text.aggregates[$0.0].name.value).\(name)" }.joined(
                    separator: " or "))
            return nil
        }
        let column = known[match.0].table.columns[match.1]
        return CheckedComparison(
            aggregate: match.0, column: match.1, tolerance: tolerance(field.tolerance, for: column),
            isMaterial: field.isMaterial, owner: field.owner)
    }

    private func tolerance(_ text: Located<String>?, for column: ColumnSchema) -> CheckedTolerance {
        guard let text else { return .exact }
        let isNumber: Bool = [.int64, .decimal, .double].contains(column.kind)
        let isMoment: Bool = [.date, .time, .timestamp, .timestampZoned, .interval].contains(column.kind)
        if text.value.isDecimalNumber, isNumber || !text.value.contains(where: { "123456789".contains($0) }) {
            return text.value.contains { "123456789".contains($0) } ? .number(text.value) : .exact
        }
        if let duration = Duration(planText: text.value), isMoment {
            return duration == .zero ? .exact : .time(duration)
        }
        report.error(
            .toleranceKind, at: text.location, path: text.path,
            "`\(column.name)` holds \(column.kind.word) values, which differ in another way",
            found: text.value,
            expected: isNumber
                ? "a number such as 0.01"
                : isMoment ? "a length of time such as 1d" : "0: such values are equal or not")
        return .exact
    }

    private func total(_ total: ReconcileText.Total) -> CheckedTotal {
        for query in [total.legacy, total.service] where !query.value.isQuery {
            report.error(
                .totalNotQuery, at: query.location, path: query.path, "a total is one query that reads",
                found: String(query.value.prefix(24)), expected: "a single SELECT (or WITH … SELECT)")
        }
        if let tolerance = total.tolerance, !tolerance.value.isDecimalNumber {
            report.error(
                .toleranceKind, at: tolerance.location, path: tolerance.path,
                "the tolerance of a total is a number",
                found: tolerance.value, expected: "a number such as 0.01")
        }
        return CheckedTotal(
            name: total.name.value, legacy: total.legacy.value, service: total.service.value,
            tolerance: total.tolerance?.value ?? "0")
    }

    // MARK: gates

    /// The gates with their conditions compiled over the measured facts.
    func checkGates() -> [CheckedGate] {
        text.gates.flatMap { gate -> [CheckedGate] in
            guard let phase = Phase(rawValue: gate.phase.value) else {
                report.unknown(
                    .unknownPhase, at: gate.phase.location, path: gate.phase.path,
                    "there is no phase `\(gate.phase.value)`",
                    name: gate.phase.value, among: Phase.allCases.map(\.rawValue), of: "a phase")
                return []
            }
            let checker = ExpressionChecker(environment: GateVocabulary.environment(), report: report)
            return gate.conditions.compactMap { condition in
                requireApprovers(condition)
                return checker.compile(condition, .condition).map { CheckedGate(phase: phase, condition: $0) }
            }
        }
    }

    private func requireApprovers(_ condition: ExpressionText) {
        // A text that does not parse is reported where its expression is checked.
        guard let tree = try? Environment().parse(condition.text).expression else { return }
        tree.walk { node in
            guard case .call("approved_by", _, nil, let arguments) = node.kind, let first = arguments.first,
                case .literal(.int(let count)) = first.kind, count > text.approvers.count || count < 1
            else { return }
            report.error(
                .tooFewApprovers, at: condition.location(of: first.position), path: condition.path,
                count < 1
                    ? "an approval takes at least one person"
                    : "the context has fewer approvers, so this gate can never pass",
                found: "\(count)",
                expected: text.approvers.isEmpty
                    ? "a list of `approvers` in the context"
                    : "at most \(text.approvers.count) (\(text.approvers.joined(separator: ", ")))")
        }
    }
}

extension String {
    /// Whether a statement reads only, as far as its first word and the lack of a second statement tell.
    fileprivate var isQuery: Bool {
        let words = split(whereSeparator: \.isWhitespace)
        guard let first = words.first?.lowercased(), first == "select" || first == "with" else {
            return false
        }
        let body = reversed().drop { $0.isWhitespace || $0 == ";" }
        return !body.contains(";")
    }
}
