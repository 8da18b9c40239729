import ArgumentParser

/// Seeds from one to another, written `1..1000`, or one alone.
struct SeedRange: ExpressibleByArgument {
    let seeds: ClosedRange<UInt64>

    var defaultValueDescription: String { "\(seeds.lowerBound)..\(seeds.upperBound)" }

    init(_ seeds: ClosedRange<UInt64>) {
        self.seeds = seeds
    }

    init?(argument: String) {
        let ends = argument.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
        guard argument == ends.joined(separator: ".."), let first = ends.first.flatMap(UInt64.init),
            let last = ends.last.flatMap(UInt64.init), ends.count <= 2, first <= last, last < .max
        else { return nil }
        seeds = first...last
    }
}
