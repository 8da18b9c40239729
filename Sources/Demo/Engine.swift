package import Apply
import Foundation
package import Migration

/// The engine as a process: started, watched through its status, killed and started again.
package final class Engine {
    /// One kill.
    package struct Kill: Sendable, Codable {
        /// How long after the first start.
        package var seconds: Double
        /// Whether the service did not hold the whole history yet.
        package var duringBackfill: Bool
        /// The number of the process.
        package var process: Int32
    }

    private let folder: DemoFolder
    private let program: String
    private let began = ContinuousClock.now
    private var control: SQLiteControlStore?
    private var child: ChildProcess?
    private var last: MigrationStatus?
    /// How often it was killed, and when.
    package private(set) var kills: [Kill] = []
    /// The largest memory that any of its processes has reported, in bytes.
    package private(set) var peakMemory = 0
    /// Freshness of every process that has ended, as it last reported.
    package private(set) var endedFreshness = LatencyHistogram()

    /// The engine of a folder's plan.
    package init(folder: DemoFolder, program: String) {
        self.folder = folder
        self.program = program
    }

    deinit { child?.end() }

    /// The process that runs now.
    package var process: ChildProcess? { child }

    /// Starts a process.
    package func start(untilCaughtUp: Bool = false) throws {
        var arguments = ["run", folder.plan, "--events", folder.events]
        if untilCaughtUp { arguments += ["--until", "caught-up"] }
        last = nil
        child = try ChildProcess(
            "engine", program: program, arguments: arguments, output: folder.output(of: "engine"))
    }

    /// What the present process has last reported; nil while it has not.
    ///
    /// - Throws: `DemoError` when the process has ended by itself.
    package func status() throws -> MigrationStatus? {
        try requireRunning()
        try read()
        return last
    }

    /// Kills the process with SIGKILL, which it cannot notice, and waits until it is gone.
    package func kill() throws {
        try requireRunning()
        guard let child else { return }
        child.end()
        try read()
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let isWhole = try ServiceLedger.completeTables(of: folder) >= DemoFolder.historyTables
        kills.append(Kill(seconds: seconds, duringBackfill: !isWhole, process: child.id))
        settle()
    }

    /// Asks the process to end, and waits until it has.
    package func stop(within limit: Duration = .seconds(30)) throws {
        guard let child else { return }
        child.send(SIGTERM)
        try Wait.until("the engine's end", within: limit) { !child.isRunning }
        try read()
        settle()
    }

    /// Waits until the process has ended by itself, and well.
    package func waitForEnd(within limit: Duration, observing observe: (MigrationStatus) -> Void = { _ in })
        throws
    {
        guard let child else { return }
        try Wait.until("the engine's end", within: limit) {
            try read()
            if let last { observe(last) }
            return !child.isRunning
        }
        try read()
        guard child.ending == .exited(0) else { throw stopped(child) }
        settle()
    }

    /// Leaves a request for the running process; returns the answer.
    package func ask(_ request: ControlRequest, within limit: Duration) throws -> String {
        let control = try openControl()
        let number = try control.ask(request)
        var answer: String?
        try Wait.until("the engine's answer", within: limit) {
            try requireRunning()
            answer = try control.answer(to: number)
            return answer != nil
        }
        return answer ?? ""
    }

    /// Whether everything of the past is in the service.
    package static func holdsHistory(_ status: MigrationStatus) -> Bool {
        !status.contexts.isEmpty
            && status.contexts.allSatisfy { $0.apply.completeTables.count >= DemoFolder.historyTables }
    }

    private func settle() {
        if let freshness = last?.contexts.first?.apply.freshness { endedFreshness += freshness }
        child = nil
        last = nil
    }

    private func read() throws {
        guard let child, FileManager.default.fileExists(atPath: folder.control) else { return }
        guard let found = try openControl().status(), found.status.process == child.id else { return }
        last = found.status
        peakMemory = max(peakMemory, found.status.peakMemory)
    }

    private func openControl() throws -> SQLiteControlStore {
        if let control { return control }
        let opened = try SQLiteControlStore(path: folder.control)
        control = opened
        return opened
    }

    private func requireRunning() throws {
        try Wait.checkInterruption()
        guard let child else {
            throw DemoError(.process, "no engine runs", hint: "Start it first.")
        }
        guard child.isRunning else { throw stopped(child) }
    }

    private func stopped(_ child: ChildProcess) -> DemoError {
        DemoError(
            .process,
            "the engine ended by itself (\(child.ending.map { "\($0)" } ?? "running")): \(child.lastLines())",
            hint: "Run again with --keep and look at \(child.output).")
    }
}
