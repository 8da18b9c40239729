public import Audit
import ChangeLog
import Foundation
import Plan

extension ControlPlace {
    /// The trail of the migration in its store; signed, and kept elsewhere, as the plan says.
    ///
    /// - Parameters:
    ///   - store: The store, opened at this place.
    ///   - given: The key to sign with; the one that the plan names without it.
    /// - Throws: `AuditError` when the key or the file of heads that the plan names cannot be used: nothing
    ///   is done unsigned that was to be signed.
    public func trail(in store: any ControlStore, signer given: AuditKey? = nil) throws -> AuditTrail {
        try heads?.prepare(isBegun: try store.auditHead() != nil)
        return AuditTrail(
            store, migration: migration,
            signer: try given ?? key(),
            heads: heads, now: { WallClock.system.microseconds() }, makeID: { UUID().uuidString.lowercased() }
        )
    }

    /// Where signed heads are kept besides the store.
    public var heads: HeadsFile? {
        audit.heads.map { secret in secret.reveal { HeadsFile(path: $0, shown: secret.shown) } }
    }

    /// Whether the plan names a key, so that every entry is signed.
    public var isSigned: Bool { audit.key != nil }

    /// The public half of the key that the plan names.
    public func trustedKey() throws -> AuditPublicKey? {
        try key()?.publicKey
    }

    private func key() throws -> AuditKey? {
        try audit.key.map { secret in
            try secret.reveal { try AuditKey(path: $0, shown: secret.shown) }
        }
    }
}

extension AuditTrail {
    /// Does something outside the store that holds the chain, and records a failure by its code.
    ///
    /// - Parameter body: Gets the number of the intention.
    func perform<Result>(
        coded record: AuditRecord, _ body: (_ intention: Int) throws -> (result: Result, after: String?)
    ) throws -> Result {
        try perform(
            record,
            failure: { error in
                let report = FailureReport(error)
                // What could not be found out is not known to have come to nothing.
                let outcome: AuditOutcome =
                    switch report.kind {
                    case .failed: .failed
                    case .refused: .refused
                    case .inconclusive: .unknown
                    }
                return (report.code, outcome)
            }, body)
    }
}
