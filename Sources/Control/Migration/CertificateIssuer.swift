import Apply
public import Audit
import Capture
import ChangeLog
import CrashPoints
import Exceptions
import Foundation
import Model
public import Plan
public import Reconcile

/// Compares a context's store with legacy at a frontier, while both live, and certifies what it finds.
///
/// Works beside a running engine, whose apply worker brings the ledger past the frontier, and on a migration
/// that is stopped and has caught up.
public struct CertificateIssuer: Sendable {
    /// A certificate that was issued, with what the comparison found.
    public struct Issued: Sendable {
        /// Its number in the control store.
        public var number: Int
        /// The certificate.
        public var certificate: Certificate
        /// What the comparison found, table by table and aggregate by aggregate.
        public var report: EqualityReport
        /// How bad that is by the thresholds of the plan, aggregate by aggregate.
        public var levels: [MismatchLevel]
    }

    private let plan: CheckedPlan
    private let patience: Duration

    /// An issuer for a plan.
    ///
    /// - Parameters:
    ///   - plan: The checked plan.
    ///   - patience: How long to wait for the ledger to pass a frontier.
    public init(plan: CheckedPlan, patience: Duration = .seconds(30)) {
        self.plan = plan
        self.patience = patience
    }

    /// Compares a context and keeps the certificate in the control store, whatever it says. In the same
    /// transaction differences become exceptions, or are no more, and the audit chain says so.
    ///
    /// - Parameters:
    ///   - context: What is compared.
    ///   - actor: Who wants it.
    ///   - reason: Why, in their words.
    public func issue(
        _ context: CheckedContext, by actor: AuditActor = .current(), because reason: String? = nil
    ) throws -> Issued {
        let began = WallClock.system.microseconds()
        let systems = Systems(plan)
        // What another mapping made differs from what this one demands, and says nothing about either.
        try MappingGuard.check(context, systems)
        let store = try systems.target(context.service)
        let log = try EmbeddedLog(path: plan.log.folder + "/\(context.legacy).log")
        let captured = try log.observer()
        let around = EqualityPass.Surroundings(
            waitUntilApplied: { try waitUntilApplied($0, store, captured, context) },
            pause: { Thread.sleep(forTimeInterval: 0.05) })
        let pass = try EqualityPass(
            context: context, store: store, ranges: try systems.ranges(context.legacy),
            log: try log.observer(),
            around: around)
        let report: EqualityReport
        do {
            report = try pass.run()
        } catch let error as NotComparable {
            throw MigrationError(.notComparable, error.reason, hint: error.hint)
        } catch let error as LogError where error.code == .trimmed {
            throw MigrationError(
                .notComparable, "the log no longer holds what changed while both sides were compared",
                hint: "compare again, or keep more of the log (`log: retain` in the plan)")
        }
        let history = try HistoryReader(context: context, store: store).chunks()
        let place = ControlPlace(plan)
        let control = try place.open()
        let trail = try place.trail(in: control)
        let body = Certificate.Body(
            migration: plan.name, context: context.name, mapping: context.digest, tool: BanyanVersion.text,
            frontier: max(report.frontier, history.map(\.high).max() ?? .start), history: history,
            compared: Self.comparisons(report),
            totals: report.totals.isEmpty ? nil : report.totals,
            previous: try control.newestDigest(context: context.name))
        let certificate = try Certificate(body)
        try crashPoint(.certificateBefore, as: MigrationError.self)
        var number = 0
        try trail.record {
            let now = WallClock.system.microseconds()
            number = try control.add(certificate, now: now)
            try ExceptionBook(context).take(report, pass: number, began: began, at: now, into: control)
            return AuditRecord(
                "certificate.issue", of: context.name, by: actor, because: reason,
                after: "{\"certificate\":\(number),\"digest\":\"\(certificate.digest)\"}")
        }
        try crashPoint(.certificateAfter, as: MigrationError.self)
        let levels = certificate.levels(context)
        let before = try control.certificates().last {
            $0.number < number && $0.certificate.body.context == context.name
        }
        try note(levels, after: before?.certificate.levels(context) ?? [], of: context, by: actor, in: trail)
        return Issued(number: number, certificate: certificate, report: report, levels: levels)
    }

    /// Records where a threshold of the plan is passed, in either direction.
    private func note(
        _ levels: [MismatchLevel], after earlier: [MismatchLevel], of context: CheckedContext,
        by actor: AuditActor, in trail: AuditTrail
    ) throws {
        let known = Dictionary(earlier.map { ($0.aggregate, $0.level) }) { first, _ in first }
        for one in levels where one.level != known[one.aggregate] ?? .ok {
            try trail.record {
                AuditRecord(
                    "reconcile.level", of: "\(context.name)/\(one.aggregate)", by: actor,
                    before: (known[one.aggregate] ?? .ok).rawValue, after: one.level.rawValue)
            }
        }
    }

    private static func comparisons(_ report: EqualityReport) -> [Certificate.Comparison] {
        let copies = report.copies.map { copy in
            Certificate.Comparison(
                aggregate: "table:\(copy.table)", compared: copy.compared, missing: copy.missing,
                extra: copy.extra,
                different: copy.different, unjudged: copy.hot, quarantined: 0, digest: copy.digest)
        }
        let references = report.references.map { reference in
            Certificate.Comparison(
                aggregate: "reference:\(reference.table).\(reference.columns)", compared: reference.compared,
                missing: reference.missing, extra: 0, different: 0, unjudged: 0, quarantined: 0, digest: "")
        }
        return copies + references
            + report.aggregates.map { aggregate in
                Certificate.Comparison(
                    aggregate: aggregate.aggregate, compared: aggregate.compared, missing: aggregate.missing,
                    extra: aggregate.extra, different: aggregate.different, unjudged: aggregate.hot,
                    quarantined: aggregate.quarantined, digest: aggregate.digest,
                    pending: aggregate.pending == 0 ? nil : aggregate.pending)
            }
    }

    /// Waits until the store shows everything that was committed up to a position.
    private func waitUntilApplied(
        _ position: Position, _ store: any TargetStore, _ log: EmbeddedLogReader, _ context: CheckedContext
    ) throws {
        let deadline = ContinuousClock.now + patience
        while true {
            // The log is looked at first: what it holds by then, the ledger is asked for afterwards.
            let summary = try log.summary()
            let captured = CapturedLog(
                checkpoint: try summary.checkpoint.map(CaptureCheckpoint.init(decoding:)), end: summary.end)
            if captured.isApplied(position, by: try store.ledger(of: context.name)) { return }
            guard ContinuousClock.now < deadline else {
                throw MigrationError(
                    .notComparable,
                    "the ledger of \(context.name) has not passed position \(position) in \(patience)",
                    hint: "start the engine with `banyan run`, or see `banyan status` for what holds it up")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }
}
