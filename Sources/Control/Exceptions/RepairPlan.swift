import Reconcile

/// What would be written to put differences right, and why not where nothing would.
///
/// Legacy has the authority: the service is written as the mapping demands of legacy, through the one way by
/// which everything is written, as history, so that no event leaves because of it.
public struct RepairPlan: Sendable {
    /// What is done about one difference.
    public enum Action: Sendable, Hashable {
        /// The aggregate of this legacy key is computed again from what is known of legacy, and written
        /// whole.
        case computeAgain(legacyKey: String)
        /// Nothing is done, for a reason, in words.
        case nothing(String)
    }

    /// A difference, and what is done about it.
    public struct Step: Sendable {
        /// The difference.
        public var exception: ExceptionCase
        /// What is done.
        public var action: Action
    }

    /// What is done about each, by number.
    public var steps: [Step]

    /// Plans for cases.
    public init(_ cases: [ExceptionCase]) {
        steps = cases.sorted { $0.number < $1.number }.map {
            Step(exception: $0, action: Self.action(for: $0))
        }
    }

    /// The steps that write something.
    public var writing: [Step] {
        steps.filter { step in
            if case .computeAgain = step.action { return true }
            return false
        }
    }

    private static func action(for one: ExceptionCase) -> Action {
        switch one.state {
        case .open, .assigned: break
        case .repaired: return .nothing("it was repaired, and waits for a pass")
        case .waived, .accepted, .verified, .closed: return .nothing("it is \(one.state.word)")
        }
        if one.isMaterial, !one.isClearedForRepair {
            return .nothing(
                "it is material, and nobody has approved its repair: banyan exceptions clear, approve")
        }
        if one.discrepancy.of.hasPrefix("table:") {
            return .nothing("it is a copy of legacy's: banyan backfill restart reads it anew")
        }
        guard one.discrepancy.kind != .extra, let key = one.discrepancy.legacyKey else {
            return .nothing("nothing in legacy demands it: remove it in the service, or accept it")
        }
        return .computeAgain(legacyKey: key)
    }
}
