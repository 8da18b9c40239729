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
    ///
    /// - Parameters:
    ///   - cases: What is to be repaired.
    ///   - wrongCopies: Contexts whose copies of legacy differ from it: nothing is computed from them.
    ///   - setAside: Whether the key of a case is set aside, and so written by nobody.
    public init(
        _ cases: [ExceptionCase], wrongCopies: Set<String> = [],
        setAside: (ExceptionCase) -> Bool = { _ in false }
    ) {
        steps = cases.sorted { $0.number < $1.number }.map { one in
            var action = Self.action(for: one)
            if case .computeAgain = action {
                if wrongCopies.contains(one.context) {
                    action = .nothing(
                        "copies of legacy differ from it: banyan backfill restart reads them anew")
                } else if setAside(one) {
                    action = .nothing("its key is set aside: banyan quarantine list")
                }
            }
            return Step(exception: one, action: action)
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
