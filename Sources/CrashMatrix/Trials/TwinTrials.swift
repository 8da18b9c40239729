import Demo
import Foundation

/// Two engines on one state.
enum TwinTrials {
    static var all: [Trial] {
        [
            Trial("twin.paused") { try $0.with(.settled, startBesidePaused) },
            Trial("twin.at-once") { try $0.with(.settled, startBothAtOnce) },
            Trial("twin.copied-log") { try $0.with(.settled) { try takeOver($0, by: copyLog) } },
            Trial("twin.no-lock-file") { try $0.with(.settled) { try takeOver($0, by: removeLockFile) } },
        ]
    }

    /// While the first engine is only paused, a second one is refused and changes nothing.
    private static func startBesidePaused(_ site: Site) throws -> String {
        try begin(site)
        let before = try ServiceLedger(of: site.folder)
        site.engine?.send(SIGSTOP)
        for arguments in [
            ["run", "plan.yaml", "--events", "events.jsonl", "--format", "json"],
            ["uninstall", "plan.yaml", "--format", "json"],
        ] {
            let second = try site.command(arguments)
            try require(second.ending == .exited(2), "\(second.name) \(site.describe(second))")
            try require(second.lastLines().contains("already_running"), second.lastLines())
        }
        try site.requireStopped(site.engine)
        let after = try ServiceLedger(of: site.folder)
        try require(
            before.epoch == after.epoch, "the ledger's epoch went from \(before.epoch) to \(after.epoch)")
        site.engine?.send(SIGCONT)
        try site.waitForTransactions(20)
        try site.requireEngine()
        try require(
            try ServiceLedger(of: site.folder).epoch == before.epoch,
            "the first engine has lost its stream")
        return try finish(site)
    }

    /// Of two engines that start at the same moment one runs, and the other one is refused.
    private static func startBothAtOnce(_ site: Site) throws -> String {
        try site.startWriter(seed: 24, rate: 80)
        for _ in 0..<4 {
            try site.startEngine()
            guard let first = site.engine else { throw TrialFailure("no engine runs") }
            site.releaseEngine()
            try site.startEngine()
            guard let second = site.engine else { throw TrialFailure("no engine runs") }
            try Wait.until("the end of one of two engines", within: .seconds(60)) {
                !first.isRunning || !second.isRunning
            }
            let (refused, running) = first.isRunning ? (second, first) : (first, second)
            try require(refused.ending == .exited(2), "the one that is refused \(site.describe(refused))")
            try site.waitForTransactions(20)
            try require(running.isRunning, "the other one \(site.describe(running))")
            running.send(SIGTERM)
            try Wait.until("the engine's end", within: .seconds(60)) { !running.isRunning }
            try require(running.ending == .exited(0), "the other one \(site.describe(running))")
            site.buryEngine()
        }
        return try finish(site)
    }

    /// A second engine takes the stream over from one that is paused; the first one stops by name when it
    /// goes on, and changes nothing.
    private static func takeOver(_ site: Site, by opening: (Site) throws -> Void) throws -> String {
        try begin(site)
        guard let first = site.engine else { throw TrialFailure("no engine runs") }
        try site.stopEngineOutsideTransactions()
        try site.requireStopped(first)
        try opening(site)
        let before = try ServiceLedger(of: site.folder)
        site.releaseEngine()
        try site.startEngine()
        try Wait.until("a second engine that has taken over", within: .seconds(60)) {
            try site.requireEngine()
            let now = try ServiceLedger(of: site.folder)
            return now.epoch == before.epoch + 1 && now.offset > before.offset
        }
        first.send(SIGCONT)
        try Wait.until("the first engine's end", within: .seconds(60)) { !first.isRunning }
        let words = first.lastLines()
        try require(first.ending == .exited(1), "the first engine \(site.describe(first))")
        try require(
            words.contains("another engine has taken the stream over")
                || words.contains("another writer has opened"),
            "the first engine does not say what has stopped it: \(words)")
        try require(
            try ServiceLedger(of: site.folder).epoch == before.epoch + 1,
            "the first engine has taken the stream back")
        try site.waitForTransactions(20)
        try site.requireEngine()
        return try finish(site)
    }

    /// Somebody copies the log and runs a plan that names the copy.
    private static func copyLog(_ site: Site) throws {
        try FileManager.default.copyItem(
            atPath: site.folder.path + "/state", toPath: site.folder.path + "/state2")
        let plan = try String(contentsOfFile: site.folder.plan, encoding: .utf8)
        site.plan = "plan2.yaml"
        try Data(plan.replacing("state/", with: "state2/").utf8)
            .write(to: URL(filePath: site.folder.path + "/" + site.plan))
    }

    /// Somebody takes the lock for a leftover.
    private static func removeLockFile(_ site: Site) throws {
        try FileManager.default.removeItem(atPath: site.folder.log + ".lock")
    }

    private static func begin(_ site: Site) throws {
        try site.startWriter(seed: 22, rate: 80)
        try site.startEngine()
        try site.waitUntilFollowing()
        try site.waitForTransactions(20)
    }

    private static func finish(_ site: Site) throws -> String {
        try site.stopWriter()
        try site.stopEngine()
        return try site.settle()
    }
}
