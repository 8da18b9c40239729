/// Compares the notes that service users remember with those in the service's store.
///
/// Writes to the two systems exclude each other in time, so the machine's clock orders them: a later
/// operation on the same policy in legacy may have overwritten a note.
struct ServiceAudit {
    private struct Step {
        var operation: ServiceOperation
        var time: Int64
        var isCertain: Bool
    }

    private var steps: [NaturalKey: [Step]] = [:]
    private var failed: [NaturalKey: [ServiceOperation]] = [:]
    private var lastInLegacy: [String: Int64] = [:]

    init(_ settled: WitnessHistory) {
        for transaction in settled.transactions.values {
            for operation in transaction.serviceOperations {
                guard transaction.outcome != .failed else {
                    failed[operation.key, default: []].append(operation)
                    continue
                }
                let step = Step(
                    operation: operation, time: transaction.time,
                    isCertain: transaction.outcome == .acknowledged)
                steps[operation.key, default: []].append(step)
            }
            for operation in transaction.operations where transaction.outcome != .failed {
                lastInLegacy[operation.subject] = max(
                    lastInLegacy[operation.subject] ?? .min, transaction.time)
            }
        }
    }

    /// The endorsements on which service users may have written.
    var keys: Set<NaturalKey> { Set(steps.keys).union(failed.keys) }

    /// Judges the notes.
    ///
    /// - Parameter notes: The digests of the notes that the store holds now.
    /// - Returns: The endorsements whose last note is lost, and those that show a note that was refused.
    func run(on notes: [NaturalKey: RowDigest]) -> (lost: [String], failedButVisible: [String]) {
        var lost: [String] = []
        for (key, path) in steps {
            let ordered = path.sorted { $0.time < $1.time }
            guard let last = ordered.lastIndex(where: \.isCertain) else { continue }
            if let later = lastInLegacy[key.policyNumber ?? ""], later > ordered[last].time { continue }
            let allowed = ordered[last...].map { Optional($0.operation.note) }
            if !allowed.contains(notes[key]) {
                lost.append("\(ServiceAudit.name(key)) after \(ordered[last].operation.id)")
            }
        }
        let visible = failed.flatMap { key, operations in
            operations.filter { $0.note == notes[key] }.map { "\(ServiceAudit.name(key)) by \($0.id)" }
        }
        return (lost.sorted(), visible.sorted())
    }

    private static func name(_ key: NaturalKey) -> String {
        "endorsement \(key.policyNumber ?? "?")/\(key.versionNumber)"
    }
}
