import Apply
import Capture
import Foundation
import Insurer
import Migration

/// The demonstration: a monolith under load is mirrored into a service, and nothing that happens on the way
/// changes the end.
///
/// Every process is a real one: this program started again. The script decides the order of things, but not
/// when the engine dies.
package final class DemoScript {
    let settings: DemoSettings
    let folder: DemoFolder
    let story: Story
    let engine: Engine
    /// Issues a certificate over a plan and returns its text.
    let issueCertificate: (_ folder: DemoFolder) throws -> String
    var report = DemoReport()
    private let servers: DemoServers?
    /// A look at legacy from outside, kept open.
    private var eyes: (any InsurerSystem)?
    private(set) var writer: ChildProcess?
    private(set) var batch: ChildProcess?
    let began = ContinuousClock.now
    /// Transactions that legacy had committed before anybody was let in.
    var transactionsBefore = 0

    /// Prepares a demonstration.
    ///
    /// - Parameters:
    ///   - settings: How it runs.
    ///   - story: Who is told.
    ///   - issueCertificate: Issues a certificate over the folder's plan and returns its text.
    /// - Throws: `DemoError` when a setting makes no sense.
    package init(
        settings: DemoSettings, story: Story,
        issueCertificate: @escaping (_ folder: DemoFolder) throws -> String
    ) throws {
        try settings.validate()
        StopSignal.listen()
        self.settings = settings
        self.story = story
        self.issueCertificate = issueCertificate
        let path = settings.folder ?? DemoFolder.temporary().path
        if settings.isOnServers {
            let servers = try DemoServers(in: URL(filePath: path).path)
            self.servers = servers
            folder = DemoFolder(
                path: path, legacy: servers.legacyAddress, service: servers.serviceAddress)
        } else {
            servers = nil
            folder = DemoFolder(path: path)
        }
        engine = Engine(folder: folder, program: settings.program)
    }

    /// Tells the whole story.
    ///
    /// - Returns: The story in numbers.
    /// - Throws: Whatever kept it from its end; nothing that was started is left running.
    package func run() throws -> DemoReport {
        defer { cleanUp() }
        try meetTheMonolith()
        try openTheDoors()
        try killWhileHistoryIsRead()
        try waitForHistory()
        try runTheNight()
        try killWhilePeopleWork()
        try measureAnOrdinaryHour()
        try sendEverybodyHome()
        try judge()
        try certify()
        try settle()
        try audit()
        report.seconds = ((ContinuousClock.now - began) / .seconds(1)).rounded(to: 1)
        tellTheEnd()
        return report
    }

    /// Where the evidence is put: it stays, also when nothing else does.
    var evidence: String {
        settings.isKept || settings.folder != nil ? folder.path + "/evidence" : folder.path + "-evidence"
    }

    /// Lets people in; they go on until they are told to stop.
    func startWriter() throws {
        writer = try ChildProcess(
            "writer", program: settings.program,
            arguments: [
                "demo-writer", "--legacy", folder.legacy, "--witness", folder.witness("clerks"), "--seed",
                String(settings.seed), "--rate", String(settings.rate),
            ], output: folder.output(of: "clerks"))
    }

    func stopWriter() throws {
        guard let writer else { return }
        writer.send(SIGTERM)
        try Wait.until("the end of the working day", within: .seconds(60)) { !writer.isRunning }
        guard writer.ending == .exited(0) else { throw failed(writer) }
        self.writer = nil
    }

    func startBatch(rerates: Bool) throws {
        var arguments = ["demo-batch", "--legacy", folder.legacy, "--witness", folder.witness("nightly")]
        if rerates { arguments.append("--rerate") }
        batch = try ChildProcess(
            "batch", program: settings.program, arguments: arguments, output: folder.output(of: "nightly"))
    }

    /// Waits for the batch and returns what it says it did.
    func finishBatch() throws -> InsurerBatch.Summary {
        guard let batch else { return InsurerBatch.Summary() }
        try Wait.until("the end of the nightly batch", within: .seconds(120)) {
            try checkWriter()
            return !batch.isRunning
        }
        guard batch.ending == .exited(0) else { throw failed(batch) }
        self.batch = nil
        return try JSONDecoder().decode(InsurerBatch.Summary.self, from: Data(batch.lastLines(1).utf8))
    }

    /// Refuses to go on when the people have vanished.
    func checkWriter() throws {
        // Whoever interrupts the demonstration from a terminal interrupts all of its processes.
        try Wait.checkInterruption()
        if let writer, !writer.isRunning { throw failed(writer) }
    }

    private func failed(_ child: ChildProcess) -> DemoError {
        DemoError(
            .process, "\(child.name) ended by itself: \(child.lastLines())",
            hint: "Run again with --keep and look at \(child.output).")
    }

    /// Transactions that legacy has committed since the doors opened: it numbers them itself.
    func committedTransactions() throws -> Int {
        let system = try eyes ?? InsurerAddress.open(folder.legacy)
        eyes = system
        let next = try system.integer("SELECT next_val FROM number_range WHERE range_nm = 'TXN'") ?? 1
        return Int(next) - transactionsBefore
    }

    /// Lets the story wait until something holds, telling how the engine stands meanwhile.
    func watch(
        _ what: String, within limit: Duration, until condition: (MigrationStatus) throws -> Bool
    ) throws {
        try Wait.until(what, within: limit) {
            try checkWriter()
            guard let status = try engine.status() else { return false }
            story.progress(Self.line(status))
            return try condition(status)
        }
    }

    private func cleanUp() {
        for child in [writer, batch, engine.process] { child?.end() }
        eyes = nil
        do {
            try servers?.stop()
        } catch {
            story.say("A server could not be stopped: \(error)")
        }
        guard !settings.isKept, settings.folder == nil else { return }
        do {
            try folder.remove()
        } catch {
            story.say("The folder \(folder.path) could not be removed: \(error)")
        }
    }

    /// The state of the engine on one line.
    static func line(_ status: MigrationStatus) -> String {
        var parts: [String] = []
        for table in status.captures.values.flatMap(\.backfill) where !table.isDone && table.rowsDone > 0 {
            let share =
                table.rowsEstimated.map { $0 > 0 ? " \(min(99, table.rowsDone * 100 / $0))%" : "" } ?? ""
            parts.append("history of \(table.table)\(share)")
        }
        if let context = status.contexts.first {
            parts.append("\(context.apply.counts.changes.grouped) changes applied")
            if let lag = context.lag { parts.append("lag \(lag / 1_000) ms") }
        }
        return parts.joined(separator: " · ")
    }
}
