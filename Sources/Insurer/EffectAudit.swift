/// Compares what writers remember with the rows that are there in the end.
///
/// For each row the last operation that was acknowledged decides what the row must look like; an unknown
/// operation after it may have happened instead. An operation that failed must be nowhere.
struct EffectAudit {
    /// A row as it is found.
    struct Found: Equatable {
        var mark: String?
        var digest: RowDigest
    }

    /// What was found wrong, each with the names of rows and operations.
    struct Result {
        var lost: [String] = []
        var failedButVisible: [String] = []
        var unexplained: [String] = []
    }

    private struct Step {
        var operation: String
        var digest: RowDigest?
        var isCertain: Bool
    }

    private let history: WitnessHistory

    init(_ settled: WitnessHistory) { history = settled }

    /// Judges the rows.
    ///
    /// - Parameters:
    ///   - rows: What is there, every row that carries a mark among it.
    ///   - written: Rows that the service's users wrote to as well: their values may come from there.
    /// - Returns: What is wrong, in the order of the rows' names.
    func run(on rows: [LegacyRow: Found], writtenByService written: Set<LegacyRow> = []) -> Result {
        var result = Result()
        let steps = stepsByRow()
        for (row, path) in steps.sorted(by: { EffectAudit.name($0.key) < EffectAudit.name($1.key) }) {
            let lastCertain = path.lastIndex { $0.isCertain }
            // Nothing certain happened to the row: it may be as it was, or as any unknown operation left it.
            guard let lastCertain else { continue }
            let allowed = path[lastCertain...]
            let found = rows[row]
            let isAsLeft = allowed.contains { step in
                guard let found else { return step.digest == nil }
                return found.mark == step.operation && (step.digest == found.digest || written.contains(row))
            }
            if !isAsLeft {
                result.lost.append("\(EffectAudit.name(row)) after \(path[lastCertain].operation)")
            }
        }
        let failed = self.failed
        for (row, found) in rows.sorted(by: { EffectAudit.name($0.key) < EffectAudit.name($1.key) }) {
            guard let mark = found.mark, steps[row]?.contains(where: { $0.operation == mark }) != true else {
                continue
            }
            if failed.contains(mark) {
                result.failedButVisible.append("\(EffectAudit.name(row)) by \(mark)")
            } else {
                result.unexplained.append("\(EffectAudit.name(row)) by \(mark)")
            }
        }
        return result
    }

    /// What happened to each row, in the order of the commits.
    private func stepsByRow() -> [LegacyRow: [Step]] {
        var steps: [LegacyRow: [Step]] = [:]
        let ordered = history.transactions.filter { $0.value.outcome != .failed }
            .sorted { ($0.value.sequence ?? 0, $0.key) < ($1.value.sequence ?? 0, $1.key) }
        for (_, transaction) in ordered {
            for operation in transaction.operations {
                for effect in operation.effects {
                    let step = Step(
                        operation: operation.id, digest: effect.digest,
                        isCertain: transaction.outcome == .acknowledged)
                    steps[effect.row, default: []].append(step)
                }
            }
        }
        return steps
    }

    private var failed: Set<String> {
        history.transactions.values.filter { $0.outcome == .failed }.flatMap(\.operations).map(\.id)
            .reduce(into: history.undone) { $0.insert($1) }
    }

    private static func name(_ row: LegacyRow) -> String { "\(row.table.rawValue) \(row.key)" }
}
