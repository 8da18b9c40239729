public import Plan

/// How bad what a pass found of one aggregate is, by the thresholds of the plan.
public struct MismatchLevel: Sendable, Hashable {
    /// The levels, the worst last.
    public enum Level: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
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
    /// Whether it is that, whatever those are that were not judged; if not, it is that or worse.
    public var isCertain: Bool
    /// The threshold that it is above; nil when there is none.
    public var threshold: Double?

    /// Judges what a pass found of one aggregate.
    ///
    /// - Parameters:
    ///   - differences: Aggregates that are missing, extra or different.
    ///   - compared: Aggregates that legacy demands.
    ///   - extra: Those that only the service has.
    ///   - unjudged: Aggregates that were not judged, and may differ.
    public init(
        _ aggregate: String, differences: Int, compared: Int, extra: Int, unjudged: Int = 0,
        _ rules: CheckedReconciliation
    ) {
        self.aggregate = aggregate
        share = Self.share(differences, of: compared + extra)
        (level, threshold) = Self.passed(share, rules)
        let atWorst = Self.share(differences + unjudged, of: compared + extra)
        isCertain = Self.passed(atWorst, rules).0 == level
    }

    /// The level that stands after the pass: one that may be worse than it seems is not called better than it
    /// was.
    public func standing(after last: Level?) -> Level {
        isCertain ? level : max(level, last ?? .ok)
    }

    /// Where nothing is demanded, whatever is there is too much.
    private static func share(_ count: Int, of all: Int) -> Double {
        count == 0 ? 0 : Double(count) / Double(max(1, all))
    }

    private static func passed(_ share: Double, _ rules: CheckedReconciliation) -> (Level, Double?) {
        let limits: [(level: Level, limit: Double?)] = [(.incident, rules.incident), (.warn, rules.warn)]
        let passed = limits.first { one in one.limit.map { share > $0 } ?? false }
        return (passed?.level ?? .ok, passed?.limit)
    }
}
