// Puts the banyan beside this program on trial: kills it everywhere, and looks at what is left.
//
//     crash-matrix [--only NAME[,NAME]] [--jobs N] [--keep] [--list]
import CrashMatrix
import Foundation
import Insurer

func say(_ text: String) {
    // Whoever has stopped listening does not keep the trials from their end.
    try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
}

func value(of option: String) -> String? {
    guard let place = CommandLine.arguments.firstIndex(of: option), place + 1 < CommandLine.arguments.count
    else { return nil }
    return CommandLine.arguments[place + 1]
}

let only = (value(of: "--only") ?? "").split(separator: ",").map(String.init)
let keeps = CommandLine.arguments.contains("--keep")
/// Runs what was asked for; returns the exit code.
func run() throws -> Int32 {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let program = URL(filePath: own).deletingLastPathComponent().appending(path: "banyan").path
    let root = FileManager.default.temporaryDirectory
        .appending(path: "banyan-crash-" + UUID().uuidString.prefix(8).lowercased()).path
    let stages = try StageStore(program: program, root: root, isKept: keeps)
    defer {
        if keeps { say("kept in \(root)") } else { stages.remove() }
    }
    let trials =
        only.isEmpty
        ? try CrashMatrix.all(stages, say: say) : try CrashMatrix.trials(named: only, stages, say: say)
    guard !trials.isEmpty else {
        say("no trial is called \(only.joined(separator: " or ")); see --list")
        return 64
    }
    if CommandLine.arguments.contains("--list") {
        for trial in trials { say(trial.name) }
        return 0
    }
    let runner = TrialRunner(
        stages: stages, jobs: value(of: "--jobs").flatMap { Int($0) } ?? 2, say: { say($0) })
    say("\(trials.count) trials")
    let tally = runner.run(trials)
    say(tally.summary)
    return tally.failed.isEmpty ? 0 : 1
}

StopSignal.listen()
do {
    exit(try run())
} catch {
    say("\(error)")
    exit(1)
}
