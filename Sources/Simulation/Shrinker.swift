/// Makes the choices of a failing history fewer and smaller, as long as the same invariant is broken.
public struct Shrinker {
    /// The shortest script found so far.
    public private(set) var script: [UInt32]
    private let invariant: Invariant
    private let part: Part?
    private var runsLeft: Int

    /// Starts from the script of a failing history.
    ///
    /// - Parameter runs: Histories to try at the most.
    public init(_ script: [UInt32], breaking invariant: Invariant, part: Part?, runs: Int = 4_000) {
        self.script = script
        self.invariant = invariant
        self.part = part
        runsLeft = runs
    }

    /// Shrinks until nothing more helps, or the runs are used up.
    public mutating func run() {
        var before: Int
        repeat {
            before = script.count + script.reduce(0) { $0 + Int(min($1, 1 << 20)) }
            removeBlocks()
            simplifyValues()
        } while runsLeft > 0 && script.count + script.reduce(0) { $0 + Int(min($1, 1 << 20)) } < before
    }

    private mutating func accept(_ candidate: [UInt32]) -> Bool {
        guard runsLeft > 0 else { return false }
        runsLeft -= 1
        let outcome = History(script: candidate, part: part).run()
        guard outcome.violation?.invariant == invariant else { return false }
        // What the history did not ask for is not needed.
        script = Array(candidate.prefix(outcome.script.count))
        return true
    }

    private mutating func removeBlocks() {
        var size = max(1, script.count / 2)
        while size > 0 {
            var end = script.count
            while end > 0, runsLeft > 0 {
                let start = max(0, end - size)
                var shorter = script
                shorter.removeSubrange(start..<min(end, shorter.count))
                if accept(shorter) {
                    end = min(start, script.count)
                } else {
                    end -= max(1, size)
                }
            }
            size /= 2
        }
    }

    private mutating func simplifyValues() {
        for index in stride(from: script.count - 1, through: 0, by: -1) where runsLeft > 0 {
            guard index < script.count, script[index] > 0 else { continue }
            for value in [0, script[index] / 2, script[index] - 1] where index < script.count {
                var simpler = script
                simpler[index] = value
                if value < script[index], accept(simpler) { break }
            }
        }
    }
}
