import Foundation
import TestKit

/// Random histories, one a seed: how many run, and from which seed.
///
/// `BANYAN_HISTORIES` multiplies the number; with `BANYAN_SEED` the history of that seed runs alone.
public enum Histories {
    /// Runs histories up to the first that throws.
    ///
    /// - Returns: Its seed and what it threw; nil when all of them passed.
    public static func firstFailure(of count: Int, _ history: (UInt64) throws -> Void) -> String? {
        let environment = ProcessInfo.processInfo.environment
        let alone = environment["BANYAN_SEED"].flatMap { UInt64($0) }
        let times = max(1, environment["BANYAN_HISTORIES"].flatMap { Int($0) } ?? 1)
        for seed in alone.map({ [$0] }) ?? seeds(count * times) {
            do {
                try history(seed)
            } catch {
                return "seed \(seed): \(error)"
            }
        }
        return nil
    }

    /// How many histories it takes until one finds a violation, which it throws as an `ExamFailure`.
    ///
    /// - Returns: Nil when none of so many does.
    public static func countUntilCaught(_ count: Int, _ history: (UInt64) throws -> Void) throws -> Int? {
        for (index, seed) in seeds(count).enumerated() {
            do {
                try history(seed)
            } catch is ExamFailure {
                return index + 1
            }
        }
        return nil
    }

    private static func seeds(_ count: Int) -> [UInt64] {
        let first = UInt64.random(in: 0 ... .max)
        return (0..<count).map { first &+ UInt64($0) }
    }
}
