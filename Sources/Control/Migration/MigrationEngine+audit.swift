import Audit
import Foundation
import Plan

extension MigrationEngine {
    /// Does the engine's work between an entry of the audit chain that says who began it, under which
    /// mapping, and one that says how it ended.
    ///
    /// The logs are held: an engine whose run has no end in the chain is gone.
    func onRecord(
        _ trail: AuditTrail, _ work: () throws -> MigrationStatus
    ) throws -> MigrationStatus {
        try trail.concludeAbandoned(Self.runs, by: options.actor)
        let record = AuditRecord(
            Self.runs, of: plan.name, by: options.actor, because: options.reason,
            before:
                "{\"mapping\":\"\(plan.digest)\",\"process\":\(ProcessInfo.processInfo.processIdentifier),"
                + "\"tool\":\"\(BanyanVersion.text)\"}")
        return try trail.perform(coded: record) {
            let last = try work()
            return (last, last.state)
        }
    }

    /// What the chain calls a run of an engine.
    private static let runs = "migration.run"
}
