public import Audit
import Capture
import ChangeLog
import Foundation

/// Orders that the history of a legacy system is read anew: after changes went unseen, or when nobody can be
/// sure that none did.
///
/// The order is one durable note in the log. The next engine that captures the system finds it, installs what
/// capture needs anew, and reads history again into the same log; nothing that the services hold is given up
/// meanwhile. So there is no state between "ordered" and "not ordered", whatever is killed.
public struct BackfillRestart: Sendable {
    private let system: String
    private let path: String

    /// An order for one legacy system of a plan.
    ///
    /// - Parameters:
    ///   - system: The plan's name of it.
    ///   - logFolder: Where the plan keeps its logs.
    public init(system: String, logFolder: String) {
        self.system = system
        path = logFolder + "/\(system).log"
    }

    /// Notes the order in the log.
    ///
    /// - Throws: `MigrationError` with `notFound` when nothing of the system was captured yet, `LogError`
    ///   with `locked` while an engine has the log.
    public func order() throws {
        guard FileManager.default.fileExists(atPath: path) else { throw nothing }
        let writer = try EmbeddedLog(path: path).writer()
        guard let held = try writer.checkpoint() else { throw nothing }
        var checkpoint = try CaptureCheckpoint(decoding: held)
        checkpoint.isRestart = true
        _ = try writer.append([], checkpoint: checkpoint.encoded())
        try writer.close()
    }

    /// Notes the order in the log, and in the audit chain who gave it.
    ///
    /// - Parameters:
    ///   - place: The control store's place.
    ///   - actor: Who gives the order.
    ///   - reason: Why, in their words.
    /// - Throws: As `order` does.
    public func order(
        recordedAt place: ControlPlace, by actor: AuditActor, because reason: String? = nil
    ) throws {
        // Where nothing was ever run, no store is made for an order that is refused.
        guard FileManager.default.fileExists(atPath: path) else { throw nothing }
        let record = AuditRecord("backfill.restart", of: system, by: actor, because: reason)
        try place.trail(in: place.open()).perform(coded: record) { _ in (try order(), nil) }
    }

    private var nothing: MigrationError {
        MigrationError(
            .notFound, "nothing of \(system) was captured yet",
            hint: "`banyan run` reads its history from the beginning")
    }
}
