public import Guards

/// Removes one guard after the other and sees whether any history notices.
public struct MutantTrial: Sendable {
    /// What came of one mutant.
    public struct Result: Sendable {
        /// The guard that was removed.
        public var name: Guard
        /// The first seed that noticed; nil when none did.
        public var seed: UInt64?
        /// Histories that ran until one noticed.
        public var histories: Int
        /// What the seed found.
        public var violation: Violation?
    }

    /// The seeds to try, for each mutant anew.
    public var seeds: ClosedRange<UInt64>
    /// The part to look at; nil for all.
    public var part: Part?

    /// The guards to remove.
    public var guards = Guard.allCases

    /// A trial over these seeds.
    public init(seeds: ClosedRange<UInt64>, part: Part? = nil) {
        self.seeds = seeds
        self.part = part
    }

    /// Tries each guard; only in a debug build, where guards can be removed.
    public func run(_ each: (Result) -> Void) {
        for name in guards {
            Mutation.removed = name
            defer { Mutation.removed = nil }
            var result = Result(name: name, seed: nil, histories: 0, violation: nil)
            var next = seeds.lowerBound
            while result.seed == nil, next <= seeds.upperBound {
                let last = min(seeds.upperBound, next + Self.stride - 1)
                let failure = failure(in: next...last, without: name)
                result.seed = failure?.seed
                result.violation = failure?.violation
                result.histories = Int((failure?.seed ?? last) - seeds.lowerBound) + 1
                next = last + 1
            }
            each(result)
        }
    }

    /// Seeds that are tried together.
    private static let stride: UInt64 = 64

    /// What only passes of reconciliation notice, of which most histories have none.
    private static let ofReconciliation: Set<Guard> = [
        .frontierIsApplied, .changedIsNotJudged, .unseenIsDoubted, .comparedIsWhole, .everyRangeIsCompared,
        .unjudgedIsNotVerified, .repairIsVerified, .waiverEnds,
    ]

    /// The first of these seeds that notices.
    private func failure(in seeds: ClosedRange<UInt64>, without name: Guard) -> Campaign.Failure? {
        var campaign = Campaign(seeds: seeds)
        campaign.part = part ?? (Self.ofReconciliation.contains(name) ? .reconcile : nil)
        campaign.share = 8
        campaign.repeatEvery = .max
        return campaign.run().failures.first
    }
}
