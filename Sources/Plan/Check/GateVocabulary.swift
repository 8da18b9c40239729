public import CEL

/// The measured facts that a gate may use, by name and type.
public enum GateVocabulary {
    /// The facts; the index of one is its slot in a gate's bindings.
    public static let facts: [Variable] = [
        Variable("lag.seconds", .double),
        Variable("freshness.seconds", .double),
        Variable("backfill.complete", .bool),
        Variable("backfill.progress", .double),
        Variable("backfill.rows", .int),
        Variable("applied.changes", .int),
        Variable("reconcile.clean_pass_age", .duration),
        Variable("reconcile.compared", .int),
        Variable("reconcile.mismatches", .int),
        Variable("reconcile.mismatch_ratio", .double),
        Variable("reconcile.totals_equal", .bool),
        Variable("discrepancies.open", .int),
        Variable("discrepancies.material", .int),
        Variable("quarantine.open", .int),
        Variable("pending.open", .int),
        Variable("identity.open", .int),
        Variable("reverse.proven", .bool),
        Variable("reverse.lag.seconds", .double),
        Variable("boundary.lossy_rows", .int),
        Variable("violations.total", .int),
        Variable("routed.writes.legacy", .int),
        Variable("routed.writes.service", .int),
        Variable("routed.reads.legacy", .int),
        Variable("routed.reads.service", .int),
        Variable("switch.pause.seconds", .double),
        Variable("source.retained_wal_bytes", .int),
        Variable("throttled.seconds", .double),
        Variable("authority.epoch", .int),
        Variable("phase.age", .duration),
    ]

    /// The environment of gates; `approvedBy` answers whether so many approvers have agreed, and is absent
    /// while a plan is checked.
    public static func environment(
        approvedBy: (@Sendable (Int64) throws(EvaluationError) -> Bool)? = nil
    ) -> Environment {
        let implementation = approvedBy.map { answer in
            Implementation.unary { (value: Value) throws(EvaluationError) -> Value in
                guard case .int(let count) = value else {
                    throw EvaluationError(.noSuchOverload, "approved_by takes a number")
                }
                return .bool(try answer(count))
            }
        }
        let approved = Function(
            "approved_by", [Overload("approved_by_int", [.int], returns: .bool, implementation)])
        return Environment(variables: facts, libraries: [Library(name: "gates", functions: [approved])])
    }
}
