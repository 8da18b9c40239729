import Apply
import Capture
import ChangeLog
import Foundation
import Model
import Plan
import Synchronization

/// The capture of one legacy system: its thread, its log, and what others may know of it.
final class LegacyCapture: Sendable {
    /// The plan's name for the system.
    let system: String
    let log: EmbeddedLog
    private let systems: Systems
    private let captured: CapturedTables
    private let retain: Duration
    private let retention: RetentionBudget?
    private let history: HistoryReading
    /// What the system has to do besides.
    private let load: LoadWatch
    /// The contexts that are made of this system.
    private let contexts: [CheckedContext]
    private let control = CaptureControl()
    private let thread = Mutex<WorkerThread?>(nil)
    /// The log's writer from the start of the capture until its thread takes it.
    private let opened = Mutex<Opened?>(nil)
    /// The slowest context's place in the log, for the throttle.
    private let progress = LogProgress()
    /// When the source may be asked next where it stands.
    private let asked = Mutex(ContinuousClock.now)
    private static let askingPause = Duration.seconds(5)
    /// What was committed when history had been read, and where the log ended with it.
    private let settling = Mutex<(committed: Position?, offset: LogOffset?)>((nil, nil))

    init(system: String, plan: CheckedPlan, systems: Systems) throws {
        self.system = system
        self.systems = systems
        retain = plan.log.retain
        let declared = plan.systems.first { $0.name == system }
        retention = declared?.retainedWAL
        let reading = declared?.history ?? HistoryReading()
        history = reading
        load = LoadWatch(reading) { try systems.load(of: system, reading) }
        contexts = plan.contexts.filter { $0.legacy == system }
        captured = CapturedTables(of: system, in: plan)
        try FileManager.default.createDirectory(atPath: plan.log.folder, withIntermediateDirectories: true)
        log = try EmbeddedLog(path: plan.log.folder + "/\(system).log")
    }

    // Made on one thread, given away under a lock, and used on the other.
    private struct Opened: @unchecked Sendable {
        let writer: EmbeddedLogWriter
    }

    /// Installs what capture needs and starts to capture.
    ///
    /// - Throws: `LogError` with `locked` while another engine has the log: nothing was changed then.
    func start() throws {
        // A log that is not there may be on a disk that is not there, too: then nothing is made in its place,
        // and above all nothing captured, which would tell legacy to forget what the log lacks.
        if !FileManager.default.fileExists(atPath: log.path) {
            for context in contexts {
                try ContextApplier.requireUntied(context.name, in: try systems.target(context.service))
            }
        }
        // Whoever holds the log may change legacy: a second engine is refused before it touches anything. And
        // the log must exist before a context opens its reader.
        let first = Opened(writer: try log.writer())
        let found = try first.writer.checkpoint().map(CaptureCheckpoint.init(decoding:))
        try install(found)
        opened.withLock { $0 = first }
        var configuration = CaptureDriver.Configuration()
        configuration.context = ChunkCertificate.everyContext
        configuration.tables = captured.names
        configuration.retention = retention
        configuration.tuning.readers = history.readers
        load.limit(&configuration.limits)
        let seams = CaptureDriver.Seams(
            source: { [systems, system] in try systems.source(system) },
            reader: { [systems, system] in try systems.ranges(system) },
            log: { [self] in
                RetainedLogWriter(try writer(), keep: RetentionPolicy(age: retain), progress: progress)
            },
            probes: { [progress, load] in
                var inputs = progress.inputs()
                load.fill(&inputs)
                return inputs
            })
        let driver = CaptureDriver(configuration, seams: seams, control: control)
        thread.withLock { $0 = WorkerThread("capture \(system)") { try driver.run() } }
    }

    /// Installs what is missing; everything, where history is read anew.
    private func install(_ found: CaptureCheckpoint?) throws {
        let isRestart = found?.isRestart ?? false
        let deadline = ContinuousClock.now + Self.releasePatience
        while true {
            do {
                return try systems.installCapture(
                    of: captured, goesOn: found != nil && !isRestart,
                    anewAfter: isRestart ? found?.resume.position : nil,
                    in: system)
            } catch let error as CaptureError
                where isRestart && error.recovery == .retry && ContinuousClock.now < deadline
            {
                // The server may not know yet that the engine before this one is gone.
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
    }

    /// How long what an engine has left behind is waited for.
    private static let releasePatience = Duration.seconds(30)

    /// The writer that the start has opened; after a failure, another one.
    private func writer() throws -> EmbeddedLogWriter {
        let first = opened.withLock { opened in
            defer { opened = nil }
            return opened
        }
        return try first?.writer ?? log.writer()
    }

    /// Ends the capture and waits for its thread.
    func stop() {
        control.stop()
        load.stop()
        thread.withLock(\.self)?.join()
    }

    /// Why the capture has stopped by itself; nil while it has not.
    var failure: String? {
        guard let thread = thread.withLock(\.self), thread.isDone, let failure = thread.failure else {
            return nil
        }
        return "\(failure)"
    }

    /// Where the log ends with every change that was committed by the time history was read; nil until it is
    /// there.
    ///
    /// The place is fixed when it is first asked for: where the application, or another database of its
    /// server, never stops to write, the end of what is committed moves on for ever.
    func settledOffset() throws -> LogOffset? {
        let known = settling.withLock(\.self)
        if let offset = known.offset { return offset }
        let status = control.status
        guard status.phase == .running, status.backfill.count == captured.names.count,
            status.backfill.allSatisfy(\.isDone)
        else {
            return nil
        }
        guard asked.withLock({ $0 <= .now }) else { return nil }
        do {
            let committed = try known.committed ?? systems.source(system).currentPosition()
            // Asked for after the position was reached, so that it is behind every record of it.
            let offset = committed <= status.durable ? try log.observer().end() : nil
            settling.withLock { $0 = (committed, offset) }
            return offset
        } catch let error as CaptureError where error.recovery == .retry {
            // Asked for again in a while: a server that refuses a password counts how often.
            asked.withLock { $0 = .now + Self.askingPause }
            return nil
        } catch is LogError {
            // The capture and the workers use the same log, and report what is wrong with it.
            return nil
        }
    }

    /// Tells the throttle how far a context has applied the log.
    func note(applied offset: LogOffset, by context: String) {
        progress.note(applied: offset, by: context)
    }

    /// Leaves a context that has stopped out of what the throttle waits for; its place in the log is kept.
    func forget(_ context: String) { progress.forget(context) }

    /// The last record that the capture has appended since the log was opened.
    var logEnd: UInt64 { progress.end }

    /// Bytes of the log's file.
    var logBytes: Int { LogProgress.bytes(of: log.path) }

    /// What the status page shows.
    var summary: CaptureSummary { CaptureSummary(control.status) }

    /// How far a context that has applied up to `position` is behind, by the source's clock, in microseconds;
    /// nil when nobody knows.
    ///
    /// - Parameter committedAt: When the last transaction that is applied committed.
    func lag(of position: Position?, committedAt: Int64?) -> Int64? {
        let status = control.status
        guard let position else { return nil }
        if position >= status.read, status.backlog == 0, status.phase == .running { return 0 }
        return committedAt.map { max(0, WallClock.system.microseconds() - $0) }
    }
}
