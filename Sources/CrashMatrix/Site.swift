import CrashPoints
import Demo
import Foundation
import Insurer
import Migration
import SQLite

/// A migration in a folder of its own: the insurer's files, an engine and people at work, each a process.
final class Site {
    let folder: DemoFolder
    let program: String
    /// The plan that engines run.
    var plan = "plan.yaml"
    private(set) var engine: ChildProcess?
    private(set) var writer: ChildProcess?
    private var others: [ChildProcess] = []
    private let number: Int
    /// Where the engine says what it does.
    private var engineOutput = "engine"

    /// What keeps the two systems.
    let place: CrashPlace
    /// A look at legacy from outside, kept open.
    private var eyes: (any InsurerSystem)?

    init(path: String, program: String, on servers: SiteServer.Pair? = nil) {
        folder = DemoFolder(path: path, legacy: servers?.legacy, service: servers?.service)
        place = servers == nil ? .files : .servers
        number = servers?.number ?? 0
        self.program = program
    }

    /// Makes the monolith, the empty service and the plan.
    func prepare(policies: Int, seed: UInt64) throws {
        try folder.prepare(policies: policies, seed: seed)
        // A slot's name, which is made of the migration's, is one in the whole server.
        if place == .servers { try rewritePlan("policy-endorsements", with: "policy-endorsements-\(number)") }
    }

    /// Changes the plan.
    func rewritePlan(_ old: String, with new: String) throws {
        let plan = try String(contentsOfFile: folder.plan, encoding: .utf8)
        let changed = plan.replacing(old, with: new)
        try require(changed != plan, "the example's plan has no \(old) any more")
        try Data(changed.utf8).write(to: URL(filePath: folder.plan))
    }

    /// The log that the plan names.
    var log: String { folder.path + (plan == "plan.yaml" ? "/state" : "/state2") + "/log/legacy.log" }

    // MARK: the engine

    /// Starts an engine.
    ///
    /// - Parameters:
    ///   - order: What it is to do to itself.
    ///   - untilCaughtUp: Whether it ends by itself.
    ///   - tracer: A program that runs the engine, with its arguments.
    func startEngine(_ order: CrashOrder? = nil, untilCaughtUp: Bool = false, under tracer: [String] = [])
        throws
    {
        let engine = ["run", plan, "--events", "events.jsonl"]
        let arguments = tracer.dropFirst() + (tracer.isEmpty ? [] : [program]) + engine
        self.engine = try ChildProcess(
            "engine", program: tracer.first ?? program,
            arguments: arguments + (untilCaughtUp ? ["--until", "caught-up"] : []),
            output: folder.output(of: engineOutput), folder: folder.path, environment: environment(order))
    }

    /// Asks the engine to end, and waits until it has, well.
    func stopEngine() throws {
        guard let engine else { return }
        engine.send(SIGTERM)
        try waitForEngine(within: .seconds(60))
    }

    /// Waits until the engine has ended, well.
    func waitForEngine(within limit: Duration) throws {
        guard let engine else { return }
        try Wait.until("the engine's end", within: limit) { !engine.isRunning }
        try require(engine.ending == .exited(0), "the engine \(describe(engine))")
        self.engine = nil
    }

    /// Forgets an engine that has ended.
    func buryEngine() { engine = nil }

    /// Lets another engine be started beside the present one, which is ended with all others.
    func releaseEngine() {
        if let engine { others.append(engine) }
        engine = nil
        engineOutput = "second-engine"
    }

    /// Runs an engine until everything is applied.
    func catchUp() throws {
        try startEngine(untilCaughtUp: true)
        try waitForEngine(within: .seconds(120))
    }

    /// What the engine that runs has last said of itself; nil while it has said nothing.
    func status() throws -> MigrationStatus? {
        guard let engine, FileManager.default.fileExists(atPath: folder.control) else { return nil }
        guard let found = try SQLiteControlStore(path: folder.control).status(),
            found.status.process == engine.id || traced().contains(found.status.process)
        else { return nil }
        return found.status
    }

    /// Waits until the engine follows what happens in legacy.
    func waitUntilFollowing() throws {
        try Wait.until("an engine that follows", within: .seconds(60)) {
            try requireEngine()
            return try status()?.captures.values.allSatisfy { $0.phase == "running" } ?? false
        }
    }

    /// Throws when the engine has ended by itself.
    func requireEngine() throws {
        guard let engine else { throw TrialFailure("no engine runs") }
        try require(engine.isRunning, "the engine \(describe(engine))")
    }

    /// How a process ended and what it said last.
    func describe(_ process: ChildProcess) -> String {
        "ended by itself (\(process.ending.map { "\($0)" } ?? "running")): \(process.lastLines())"
    }

    /// The number of the last request that anybody left; nil when nobody did.
    func lastRequest() throws -> Int64? {
        let connection = try SQLiteConnection(path: folder.control, access: .readOnly)
        return try connection.integer("SELECT max(id) FROM request")
    }

    /// The last place in legacy's journal, or in its server's log; nil when there is none.
    func legacyEnd() throws -> Int64? {
        if place == .servers {
            return try look().integer("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        }
        let connection = try SQLiteConnection(path: folder.legacy, access: .readOnly)
        let table = "SELECT 1 FROM sqlite_schema WHERE name = 'banyan_journal'"
        guard try connection.integer(table) != nil else { return nil }
        return try connection.integer("SELECT max(seq) FROM banyan_journal") ?? 0
    }

    /// How far the service's own ledger says that the journal, or the server's log, is applied.
    func appliedPosition() throws -> Int64 {
        let service = try folder.openService()
        let table =
            switch place {
            case .files: "SELECT 1 FROM sqlite_schema WHERE name = 'banyan_ledger'"
            case .servers: "SELECT 1 WHERE to_regclass('banyan_ledger') IS NOT NULL"
            }
        guard try service.integer(table) != nil else { return -1 }
        return try service.integer("SELECT min(position) FROM banyan_ledger") ?? -1
    }

    /// Legacy as it looks from outside.
    private func look() throws -> any InsurerSystem {
        if let eyes { return eyes }
        let opened = try InsurerAddress.open(folder.legacy)
        eyes = opened
        return opened
    }

    // MARK: people at work

    /// Lets people work.
    func startWriter(seed: UInt64, rate: Double? = nil, limit: Int? = nil) throws {
        var arguments = [
            "demo-writer", "--legacy", folder.legacy, "--witness", folder.witness("clerks"), "--seed",
            "\(seed)",
        ]
        // Who reads slowly is not outrun by that.
        if let rate = rate.map({ $0 / Double(Wait.slowness) }) { arguments += ["--rate", "\(rate)"] }
        if let limit { arguments += ["--limit", "\(limit)"] }
        writer = try ChildProcess(
            "writer", program: program, arguments: arguments, output: folder.output(of: "clerks"))
    }

    /// Sends people home.
    func stopWriter() throws {
        writer?.send(SIGTERM)
        try waitForWriter()
    }

    /// Waits until people have gone home.
    func waitForWriter() throws {
        guard let writer else { return }
        try Wait.until("the writer's end", within: .seconds(60)) { !writer.isRunning }
        try require(writer.ending == .exited(0), "the writer \(describe(writer))")
        self.writer = nil
    }

    /// Transactions that legacy has committed.
    func transactions() throws -> Int {
        Int(try look().integer("SELECT next_val FROM number_range WHERE range_nm = 'TXN'") ?? 0)
    }

    /// Waits until people have committed so many more transactions.
    func waitForTransactions(_ count: Int) throws {
        let start = try transactions()
        try Wait.until("\(count) transactions", within: .seconds(60)) {
            if let writer { try require(writer.isRunning, "the writer \(describe(writer))") }
            return try transactions() >= start + count
        }
    }

    // MARK: other commands

    /// Runs a command of the program to its end.
    @discardableResult
    func command(_ arguments: [String], _ order: CrashOrder? = nil) throws -> ChildProcess {
        let process = try ChildProcess(
            arguments.joined(separator: " "), program: program, arguments: arguments,
            output: folder.output(of: "commands"), folder: folder.path, environment: environment(order))
        others.append(process)
        try Wait.until("the end of \(process.name)", within: .seconds(60)) { !process.isRunning }
        return process
    }

    private func environment(_ order: CrashOrder?) -> [String: String] {
        // A crash must not be looked into by the runtime: that takes longer than the trial.
        ["SWIFT_BACKTRACE": "enable=no"].merging(order.map { [CrashOrder.variable: $0.description] } ?? [:]) {
            $1
        }
    }

    // MARK: the end

    /// Sends a signal to an engine that a tracer runs; does nothing when it has ended.
    func signalTraced(_ signal: Int32) {
        for id in traced() { _ = kill(id, signal) }
    }

    /// What the engine's process runs: the engine itself, when a tracer stands before it.
    private func traced() -> [Int32] {
        guard let engine, engine.isRunning else { return [] }
        let children = "/proc/\(engine.id)/task/\(engine.id)/children"
        // A process that has just ended has no list any more.
        let ids = (try? String(contentsOfFile: children, encoding: .utf8)) ?? ""
        return ids.split(separator: " ").compactMap { Int32($0) }
    }

    /// Ends every process, whatever it is doing.
    func endAll() {
        // What a tracer runs would go on without it.
        signalTraced(SIGKILL)
        for process in [engine, writer].compactMap(\.self) + others { process.end() }
        others = []
        eyes = nil
    }

    /// Removes the folder.
    func remove() {
        // What cannot be removed stays for whoever cleans the temporary folder.
        try? folder.remove()
    }
}
