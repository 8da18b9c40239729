import Demo
import Foundation

/// Counts the system calls by which an engine changes its files, and picks those that are tried.
enum SyscallSweep {
    private static let calls = ["write", "pwrite64", "fsync", "fdatasync", "rename"]
    /// What fails where, when nothing dies.
    private static let failures: [(call: String, injection: SyscallTrial.Injection)] = [
        ("fsync", .broken), ("fdatasync", .broken), ("pwrite64", .broken), ("pwrite64", .full),
        ("write", .broken), ("write", .full), ("rename", .broken), ("rename", .full),
    ]

    /// A sweep: the trials, and how they were picked.
    struct Plan {
        var trials: [SyscallTrial] = []
        var words: [String] = []
    }

    /// Counts, and spreads so many trials evenly over each kind of call on each part's files.
    ///
    /// - Parameters:
    ///   - kills: Kills for each kind of call on each part.
    ///   - errors: Failures of each kind on each part.
    static func plan(_ stages: StageStore, kills: Int, errors: Int) throws -> Plan {
        var plan = Plan()
        for stage in [Stage.small, .settled] {
            for file in TracedFile.allCases {
                let counts = try count(stage, file, stages)
                for (call, count) in counts.sorted(by: { $0.key < $1.key }) {
                    let picked = sample(count, kills)
                    plan.words.append(
                        "\(stage.rawValue) \(file.rawValue): \(count) \(call) in one thread, \(picked.count) tried"
                    )
                    plan.trials += picked.map {
                        SyscallTrial(stage: stage, file: file, call: call, number: $0, injection: .kill)
                    }
                }
                for (call, injection) in failures {
                    plan.trials += sample(counts[call] ?? 0, errors).map {
                        SyscallTrial(stage: stage, file: file, call: call, number: $0, injection: injection)
                    }
                }
            }
        }
        return plan
    }

    /// The most calls of each kind that one thread makes.
    private static func count(_ stage: Stage, _ file: TracedFile, _ stages: StageStore) throws -> [String:
        Int]
    {
        try stages.with(stage) { site in
            let trace = site.folder.output(of: "trace")
            try SyscallTrial.work(on: site, under: SyscallTrial.tracer(file, of: site, calls: calls))
            try require(site.engine?.ending == .exited(0), "the traced engine did not end well")
            var threads: [String: Int] = [:]
            for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
                // A line is: thread, call with its arguments. The rest of an interrupted call is not one
                // more.
                guard !line.contains(" resumed>"), let open = line.firstIndex(of: "(") else { continue }
                threads[line[..<open].split(separator: " ").joined(separator: " "), default: 0] += 1
            }
            var most: [String: Int] = [:]
            for (thread, count) in threads {
                guard let call = thread.split(separator: " ").last.map(String.init) else { continue }
                most[call] = max(most[call] ?? 0, count)
            }
            return most
        }
    }

    /// Numbers from one to the count, evenly spread; of what happens a few times only, the first.
    ///
    /// The count is not the same in every run: what begins and ends an engine varies with the moment.
    private static func sample(_ count: Int, _ wanted: Int) -> [Int] {
        guard count > 0 else { return [] }
        guard count > 8 else { return [1] }
        guard count > wanted else { return Array(1...count) }
        return (0..<wanted).map { 1 + $0 * (count - 1) / max(1, wanted - 1) }
    }
}
