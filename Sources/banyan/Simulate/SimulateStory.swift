import Simulation

/// Tells one history step by step.
struct SimulateStory {
    let seed: UInt64
    let part: Part?
    let shrinks: Bool
    let without: String?

    func tell(_ terminal: Terminal, _ output: OutputOptions) throws -> ExitStatus {
        var outcome = History(seed: seed, part: part, tells: true).run()
        if shrinks, let violation = outcome.violation {
            var shrinker = Shrinker(outcome.script, breaking: violation.invariant, part: part)
            shrinker.run()
            outcome = History(script: shrinker.script, part: part, tells: true).run()
        }
        if output.isJSON {
            try terminal.line([
                "seed": .optional(seed), "steps": .count(outcome.steps),
                "digest": .string(String(outcome.digest, radix: 16)),
                "violation": .optional(outcome.violation?.invariant.rawValue),
                "found": .optional(outcome.violation?.words),
                "story": .array(outcome.story.map(JSONValue.string)),
            ])
        } else {
            for (number, line) in outcome.story.enumerated() { try terminal.line("\(number + 1)  \(line)") }
            try terminal.line(
                outcome.violation.map { "broken: \($0.invariant.rawValue): \($0.words)" }
                    ?? "nothing is wrong")
            let options =
                (part.map { " --only \($0.rawValue)" } ?? "") + (without.map { " --without \($0)" } ?? "")
            try terminal.line(
                "again: banyan simulate --replay \(seed)\(options)\(shrinks ? " --shrink" : "")")
        }
        return outcome.violation == nil ? .done : .mismatch
    }
}
