/// Compares the events that were published with those that live operations brought about.
struct EventAudit {
    /// How often events of one kind and key were found.
    struct Published {
        var type: String
        /// Nil when neither the store nor the payload says which endorsement it was.
        var key: NaturalKey?
        var aggregate: String
        var count: Int
    }

    /// What was found wrong.
    struct Result {
        var duplicate: [String: Int] = [:]
        var historical: [String: Int] = [:]
        var missing: [String: Int] = [:]
    }

    private var certain: [EndorsementEvent: Int] = [:]
    private var possible: [EndorsementEvent: Int] = [:]

    init(_ settled: WitnessHistory) {
        for transaction in settled.transactions.values where transaction.outcome != .failed {
            for event in transaction.events {
                possible[event, default: 0] += 1
                if transaction.outcome == .acknowledged { certain[event, default: 0] += 1 }
            }
        }
    }

    /// Judges what was published.
    ///
    /// - Parameters:
    ///   - published: Events by type and endorsement.
    ///   - excused: Keys that were set aside: nothing is missed for them.
    /// - Returns: What is wrong, by the events' names.
    func run(on published: [Published], excusing excused: Set<NaturalKey>) -> Result {
        var result = Result()
        var found: [EndorsementEvent: Int] = [:]
        for event in published {
            if let key = event.key, let policyNumber = key.policyNumber {
                let name = EndorsementEvent(
                    type: event.type, policyNumber: policyNumber, versionNumber: key.versionNumber)
                found[name, default: 0] += event.count
            } else {
                judge(event.count, allowed: 0, "\(event.type) of \(event.aggregate)", &result)
            }
        }
        for (event, count) in found {
            judge(count, allowed: possible[event] ?? 0, EventAudit.name(event), &result)
        }
        for (event, count) in certain where count > found[event] ?? 0 {
            let key = NaturalKey(policyNumber: event.policyNumber, versionNumber: event.versionNumber)
            if !excused.contains(key) { result.missing[EventAudit.name(event)] = count - (found[event] ?? 0) }
        }
        return result
    }

    /// One event that nothing live explains comes from history; what is more than that, or than live changes
    /// explain, is double.
    private func judge(_ count: Int, allowed: Int, _ name: String, _ result: inout Result) {
        guard count > allowed else { return }
        if allowed == 0 { result.historical[name] = 1 }
        let surplus = count - max(allowed, 1)
        if surplus > 0 { result.duplicate[name] = surplus }
    }

    private static func name(_ event: EndorsementEvent) -> String {
        "\(event.type) of \(event.policyNumber)/\(event.versionNumber)"
    }
}
