import Foundation
import Guards
import Simulation
import Synchronization

/// Runs histories or mutants and says what came of them.
struct SimulateReport {
    /// A run of this many histories must have met every situation often.
    private static let nightly = 1_000_000

    let seeds: ClosedRange<UInt64>
    let part: Part?
    let threads: Int?
    let marksLeast: Int?

    func make(
        mutants: Bool, without: Guard?, _ terminal: Terminal, _ output: OutputOptions
    ) throws -> ExitStatus {
        mutants ? try tryMutants(without, terminal, output) : try runHistories(terminal, output)
    }

    // MARK: histories

    private func runHistories(_ terminal: Terminal, _ output: OutputOptions) throws -> ExitStatus {
        var campaign = Campaign(seeds: seeds, threads: threads)
        campaign.part = part
        let last = Mutex(Date.now)
        let isWatched = !output.isJSON && isatty(STDERR_FILENO) == 1
        let report = campaign.run { done in
            guard isWatched else { return }
            last.withLock { last in
                guard Date.now.timeIntervalSince(last) > 0.5 else { return }
                last = .now
                Terminal.standardError("\r\(Measure.count(done, "history", "histories")) ")
            }
        }
        if isWatched { Terminal.standardError("\r") }
        let rare = rareMarks(report)
        if output.isJSON {
            try terminal.line(json(report, rare: rare, mutants: []))
        } else {
            try tell(report, rare: rare, terminal, output)
        }
        return report.violations == 0 && report.unsteady.isEmpty && rare.isEmpty ? .done : .mismatch
    }

    /// Situations and faults that were met too rarely to have been tried.
    private func rareMarks(_ report: Campaign.Report) -> [String] {
        let least = marksLeast ?? (report.histories >= Self.nightly && part == nil ? 1_000 : 0)
        let names = Mark.allCases.map(\.rawValue) + Fault.allCases.map(\.rawValue)
        return zip(names, report.marks + report.faults).filter { $0.1 < least }.map(\.0)
    }

    private func json(
        _ report: Campaign.Report, rare: [String], mutants: [MutantTrial.Result]
    ) -> JSONValue {
        let rate = report.seconds > 0 ? Double(report.histories) / report.seconds : 0
        return [
            "histories": .count(report.histories), "steps": .count(report.steps),
            "faults": .object(zip(Fault.allCases, report.faults).map { ($0.rawValue, .count($1)) }),
            "marks": .object(zip(Mark.allCases, report.marks).map { ($0.rawValue, .count($1)) }),
            "rare_marks": .array(rare.map(JSONValue.string)), "violations": .count(report.violations),
            "failures": .array(
                report.failures.map { failure in
                    [
                        "seed": .optional(failure.seed),
                        "invariant": .string(failure.violation.invariant.rawValue),
                        "found": .string(failure.violation.words),
                    ]
                }),
            "unsteady_seeds": .array(report.unsteady.map { .optional($0) }),
            "digest": .string(String(report.digest, radix: 16)),
            "mutants": .array(mutants.map(json)),
            "threads": .count(Campaign(seeds: seeds, threads: threads).threads),
            "histories_per_second": .number(rate.rounded()), "seconds": .number(report.seconds),
        ]
    }

    private func tell(
        _ report: Campaign.Report, rare: [String], _ terminal: Terminal, _ output: OutputOptions
    ) throws {
        let rate = report.seconds > 0 ? Double(report.histories) / report.seconds : 0
        try terminal.line(
            "\(Measure.count(report.histories, "history", "histories")), \(Measure.count(report.steps)) steps, "
                + "\(Measure.fixed(report.seconds, 1)) s, \(Measure.count(Int(rate))) a second")
        var columns = TextColumns()
        for (fault, count) in zip(Fault.allCases, report.faults) {
            columns.add("fault", fault.rawValue, Measure.count(count))
        }
        for (mark, count) in zip(Mark.allCases, report.marks) {
            columns.add("met", mark.rawValue, Measure.count(count))
        }
        try terminal.line(columns.text(indent: "  "))
        for failure in report.failures {
            try terminal.line(
                "seed \(failure.seed): \(failure.violation.invariant.rawValue): \(failure.violation.words)")
            try terminal.line("  tell it: banyan simulate --replay \(failure.seed) --shrink\(flags)")
        }
        if let first = report.failures.first {
            try terminal.line("the shortest story that goes wrong as seed \(first.seed) does:")
            _ = try SimulateStory(seed: first.seed, part: part, shrinks: true, without: nil)
                .tell(terminal, output)
        }
        for seed in report.unsteady {
            try terminal.line("seed \(seed): two runs gave two traces")
        }
        for mark in rare { try terminal.line("met too rarely to say anything of it: \(mark)") }
        try terminal.line("violations \(report.violations), traces \(String(report.digest, radix: 16))")
    }

    private var flags: String { part.map { " --only \($0.rawValue)" } ?? "" }

    // MARK: mutants

    private func tryMutants(_ only: Guard?, _ terminal: Terminal, _ output: OutputOptions) throws
        -> ExitStatus
    {
        let clock = ContinuousClock()
        let began = clock.now
        var results: [MutantTrial.Result] = []
        var problem: (any Error)?
        var trial = MutantTrial(seeds: seeds, part: part)
        if let only { trial.guards = [only] }
        trial.run { result in
            results.append(result)
            guard !output.isJSON else { return }
            do {
                try terminal.line(line(result))
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        let missed = results.count { $0.seed == nil }
        if output.isJSON {
            var report = Campaign.Report()
            report.histories = results.reduce(0) { $0 + $1.histories }
            report.seconds = began.duration(to: clock.now) / .seconds(1)
            try terminal.line(json(report, rare: [], mutants: results))
        } else {
            try terminal.line("\(results.count - missed) of \(results.count) mutants caught")
        }
        return missed == 0 ? .done : .mismatch
    }

    private func line(_ result: MutantTrial.Result) -> String {
        let name = result.name.rawValue.padding(toLength: 32, withPad: " ", startingAt: 0)
        guard let violation = result.violation else {
            return "\(name) NOT CAUGHT in \(Measure.count(result.histories, "seed"))"
        }
        return "\(name) caught after \(Measure.count(result.histories, "seed")): "
            + "\(violation.invariant.rawValue): \(violation.words)"
    }

    private func json(_ result: MutantTrial.Result) -> JSONValue {
        [
            "name": .string(result.name.rawValue), "caught": .bool(result.seed != nil),
            "seeds": .count(result.histories), "seed": .optional(result.seed),
            "invariant": .optional(result.violation?.invariant.rawValue),
        ]
    }
}
