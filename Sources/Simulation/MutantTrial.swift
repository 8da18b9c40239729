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

    /// A trial over these seeds.
    public init(seeds: ClosedRange<UInt64>, part: Part? = nil) {
        self.seeds = seeds
        self.part = part
    }

    /// Tries every guard; only in a test build, where guards can be removed.
    public func run(_ each: (Result) -> Void) {
        for name in Guard.allCases {
            Mutation.removed = name
            defer { Mutation.removed = nil }
            var result = Result(name: name, seed: nil, histories: 0, violation: nil)
            for seed in seeds {
                result.histories += 1
                guard let violation = History(seed: seed, part: part).run().violation else { continue }
                result.seed = seed
                result.violation = violation
                break
            }
            each(result)
        }
    }
}
