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
        /// How bad that is by the thresholds of the plan, aggregate by aggregate; what stands after it is in
        /// the certificate.
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
            pause: { Thread.sleep(forTimeInterval: 0.05) }, ahead: SideThread("banyan compare"))
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
        let levels = report.levels(context)
        try crashPoint(.certificateBefore, as: MigrationError.self)
        var kept: (number: Int, certificate: Certificate)?
        try trail.recordAll {
            // Nobody else issues one meanwhile: what was before is read in the same transaction.
            let before = try control.newestCertificate(context: context.name)
            let compared = Self.comparisons(report, levels, after: before)
            let certificate = try Certificate(
                Certificate.Body(
                    migration: plan.name, context: context.name, mapping: context.digest,
                    tool: BanyanVersion.text,
                    frontier: max(report.frontier, history.map(\.high).max() ?? .start), history: history,
                    compared: compared, totals: report.totals.isEmpty ? nil : report.totals,
                    rules: try Evidence.Rules(context).digest(), beganAt: began, previous: before?.digest))
            let now = WallClock.system.microseconds()
            let number = try control.add(certificate, now: now)
            try ExceptionBook(context).take(report, pass: number, began: began, at: now, into: control)
            kept = (number, certificate)
            let issue = AuditRecord(
                "certificate.issue", of: context.name, by: actor, because: reason,
                after: "{\"certificate\":\(number),\"digest\":\"\(certificate.digest)\"}")
            return [issue] + Self.passed(certificate, after: before, of: context, by: actor)
        }
        try crashPoint(.certificateAfter, as: MigrationError.self)
        guard let kept else {
            throw MigrationError(.halted, "nothing was certified", hint: "this is a defect of Banyan's")
        }
        return Issued(number: kept.number, certificate: kept.certificate, report: report, levels: levels)
    }

    /// Where a threshold of the plan is passed, in either direction.
    private static func passed(
        _ certificate: Certificate, after before: Certificate?, of context: CheckedContext,
        by actor: AuditActor
    ) -> [AuditRecord] {
        certificate.body.compared.compactMap { one in
            let last = before?.level(of: one.aggregate) ?? .ok
            guard let level = one.level, level != last else { return nil }
            return AuditRecord(
                "reconcile.level", of: "\(context.name)/\(one.aggregate)", by: actor,
                before: last.rawValue, after: level.rawValue)
        }
    }

    private static func comparisons(
        _ report: EqualityReport, _ levels: [MismatchLevel], after before: Certificate?
    ) -> [Certificate.Comparison] {
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
                var comparison = Certificate.Comparison(
                    aggregate: aggregate.aggregate, compared: aggregate.compared, missing: aggregate.missing,
                    extra: aggregate.extra, different: aggregate.different, unjudged: aggregate.hot,
                    quarantined: aggregate.quarantined, digest: aggregate.digest,
                    pending: aggregate.pending == 0 ? nil : aggregate.pending)
                comparison.level = levels.first { $0.aggregate == aggregate.aggregate }?
                    .standing(after: before?.level(of: aggregate.aggregate))
                return comparison
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
