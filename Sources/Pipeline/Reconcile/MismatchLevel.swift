public import Plan

/// How bad what a pass found of one aggregate is, by the thresholds of the plan.
public struct MismatchLevel: Sendable, Hashable {
    /// The levels, the worst last.
    public enum Level: String, Sendable, Hashable, Comparable, CaseIterable {
        /// Below every threshold.
        case ok
        /// Above the threshold that warns.
        case warn
        /// Above the threshold of an incident.
        case incident

        /// By how bad it is.
        public static func < (left: Level, right: Level) -> Bool {
            Level.allCases.firstIndex(of: left) ?? 0 < Level.allCases.firstIndex(of: right) ?? 0
        }
    }

    /// The aggregate.
    public var aggregate: String
    /// The share of aggregates that are missing, extra or different, of all that either side has.
    public var share: Double
    /// What that means.
    public var level: Level
    /// The threshold that it is above; nil when there is none.
    public var threshold: Double?

    /// Judges what a pass found of one aggregate.
    ///
    /// - Parameters:
    ///   - differences: Aggregates that are missing, extra or different.
    ///   - compared: Aggregates that legacy demands.
    ///   - extra: Those that only the service has.
    public init(
        _ aggregate: String, differences: Int, compared: Int, extra: Int, _ rules: CheckedReconciliation
    ) {
        self.aggregate = aggregate
        // Where nothing is demanded, whatever is there is too much.
        let share = differences == 0 ? 0 : Double(differences) / Double(max(1, compared + extra))
        self.share = share
        let limits: [(level: Level, limit: Double?)] = [(.incident, rules.incident), (.warn, rules.warn)]
        let passed = limits.first { one in one.limit.map { share > $0 } ?? false }
        (level, threshold) = (passed?.level ?? .ok, passed?.limit)
    }
}
