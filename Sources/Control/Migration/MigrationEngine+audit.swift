import Audit
import Foundation
import Plan

extension MigrationEngine {
    /// Does the engine's work between an entry of the audit chain that says who began it, under which
    /// mapping, and one that says how it ended.
    ///
    /// - Parameter work: Does it, and calls `held` once it holds the logs: whoever holds them knows that an
    ///   engine whose run has no end in the chain is gone.
    func onRecord(
        _ trail: AuditTrail, _ work: (_ held: () throws -> Void) throws -> MigrationStatus
    ) throws -> MigrationStatus {
        let process = ProcessInfo.processInfo.processIdentifier
        let record = AuditRecord(
            Self.runs, of: plan.name, by: options.actor, because: options.reason,
            before:
                "{\"mapping\":\"\(plan.digest)\",\"process\":\(process),\"tool\":\"\(BanyanVersion.text)\"}")
        return try trail.perform(coded: record) { intention in
            let last = try work {
                try trail.concludeAbandoned(Self.runs, by: options.actor, but: intention)
            }
            return (last, last.state)
        }
    }

    /// What the chain calls a run of an engine.
    private static let runs = "migration.run"
}
