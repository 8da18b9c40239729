import Apply
public import Audit
import ChangeLog
import Exceptions
import Foundation
import Model
public import Plan

/// Where somebody signs a context off: the evidence is frozen in two files, and its digest is an entry of the
/// audit chain.
public struct SignOffDesk {
    /// What a sign-off is about.
    public struct Scope: Sendable {
        /// The first moment, in microseconds since 1970; nil for the beginning.
        public var from: Int64?
        /// The moment up to which; nil for now.
        public var until: Int64?

        /// A period.
        public init(from: Int64? = nil, until: Int64? = nil) {
            self.from = from
            self.until = until
        }
    }

    /// Evidence, and where it lies.
    public struct Signed: Sendable {
        /// The evidence.
        public var evidence: Evidence
        /// The file for programs.
        public var json: String
        /// The page for people.
        public var page: String
    }

    private let plan: CheckedPlan

    /// The desk of a plan.
    public init(plan: CheckedPlan) {
        self.plan = plan
    }

    /// Signs a context off.
    ///
    /// - Parameters:
    ///   - context: What is signed.
    ///   - scope: The period.
    ///   - folder: Where the two files are put; it is made where it is missing.
    ///   - actor: Who signs: the context's owner or one of its approvers.
    ///   - reason: What they say to it.
    /// - Throws: `refused` with everything that speaks against it.
    public func sign(
        _ context: CheckedContext, _ scope: Scope, into folder: String, by actor: AuditActor,
        because reason: String
    ) throws -> Signed {
        let allowed = Set(context.approvers + [context.owner].compactMap(\.self))
        guard allowed.contains(actor.name) else {
            throw MigrationError(
                .refused, "\(actor.name) may not sign \(context.name) off",
                hint: "the plan names: \(allowed.sorted().joined(separator: ", "))")
        }
        let place = ControlPlace(plan)
        let store = try place.open()
        var signed: Signed?
        try place.trail(in: store).record {
            let evidence = try evidence(of: context, scope, store, by: actor, because: reason)
            let objections = try evidence.body.objections() + changes(in: context, since: evidence.body)
            guard objections.isEmpty else {
                throw MigrationError(
                    .refused,
                    "\(context.name) cannot be signed off: \(objections.joined(separator: "; "))",
                    hint: "decide about what is open, run `banyan reconcile run`, and sign again")
            }
            // The files are there before anybody says that they are.
            signed = try keep(evidence, in: folder)
            return AuditRecord(
                "reconcile.signoff", of: context.name, by: actor, because: reason,
                after: "{\"certificate\":\(evidence.body.pass),\"evidence\":\"\(evidence.digest)\"}")
        }
        guard let signed else {
            throw MigrationError(.halted, "nothing was signed", hint: "this is a defect of Banyan's")
        }
        return signed
    }

    /// What the service's store holds now and did not when the pass looked.
    private func changes(in context: CheckedContext, since body: Evidence.Body) throws -> [String] {
        var changes: [String] = []
        let aside = try QuarantineReader(plan: plan).entries(in: [context]).count
        if aside > 0 { changes.append("\(aside) changes are set aside by now") }
        let history = try HistoryReader(context: context, store: Systems(plan).target(context.service))
        if !history.unfinished.isEmpty {
            changes.append("history is being read: \(history.unfinished.joined(separator: ", "))")
        } else if try history.chunks() != body.certificate.body.history {
            changes.append("history was read anew since pass \(body.pass)")
        }
        return changes
    }

    private func evidence(
        of context: CheckedContext, _ scope: Scope, _ store: any ControlStore, by actor: AuditActor,
        because reason: String
    ) throws -> Evidence {
        let passes = try store.certificates().filter { $0.certificate.body.context == context.name }
        guard let newest = passes.last else {
            throw MigrationError(
                .refused, "no pass has compared \(context.name) yet", hint: "run `banyan reconcile run`")
        }
        guard newest.certificate.body.mapping == context.digest else {
            throw MigrationError(
                .refused, "the newest pass compared \(context.name) by another mapping",
                hint: "run `banyan reconcile run`, and sign again")
        }
        guard let chain = try store.auditHead() else {
            throw MigrationError(
                .refused, "there is no audit chain", hint: "run `banyan reconcile run`, and sign again")
        }
        let exceptions = try store.exceptions(of: context.name, withClosed: true).filter { one in
            one.state.isUnresolved || one.lastPass == newest.number
                || one.history.contains {
                    $0.at >= scope.from ?? .min && $0.at <= scope.until ?? .max
                }
        }
        let rules = Evidence.Rules(context)
        return try Evidence(
            Evidence.Body(
                migration: plan.name, context: context.name, tool: BanyanVersion.text,
                signedBy: actor.name, signedAt: WallClock.system.microseconds(), because: reason,
                from: scope.from, until: scope.until, rules: rules.fields, totals: rules.totals,
                pass: newest.number, certificate: newest.certificate,
                passes: passes.map { number, certificate in
                    Evidence.Pass(
                        number: number, digest: certificate.digest, differences: certificate.differences,
                        unjudged: certificate.body.compared.map(\.unjudged).reduce(0, +))
                }, exceptions: exceptions.sorted { $0.number < $1.number },
                auditEntries: chain.head.entries, auditDigest: chain.head.digest.description))
    }

    /// Writes both files whole, and readable for whoever owns them: they hold values of rows.
    private func keep(_ evidence: Evidence, in folder: String) throws -> Signed {
        let name = "\(evidence.body.context)-\(evidence.digest.prefix(12))"
        let signed = Signed(
            evidence: evidence, json: "\(folder)/\(name).json", page: "\(folder)/\(name).html")
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Self.write(try evidence.text() + "\n", to: signed.json)
            try Self.write(try EvidencePage.text(evidence), to: signed.page)
        } catch let error as CocoaError {
            throw MigrationError(
                .unusableFile, "the evidence cannot be written into \(folder): \(error.localizedDescription)",
                hint: "name a folder that may be written to, with --out")
        }
        return signed
    }

    /// Nobody else can read the file at any time, and it is there as a whole or not at all.
    private static func write(_ text: String, to path: String) throws {
        let draft = path + ".part"
        // One that a run left that was killed; if it cannot be removed, making it says why.
        try? FileManager.default.removeItem(atPath: draft)
        guard
            FileManager.default.createFile(
                atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: draft]) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
        try file.close()
        // One that is there already has the same name, and so the same digest.
        if FileManager.default.fileExists(atPath: path) {
            _ = try FileManager.default.replaceItemAt(
                URL(fileURLWithPath: path), withItemAt: URL(fileURLWithPath: draft))
        } else {
            try FileManager.default.moveItem(atPath: draft, toPath: path)
        }
    }
}
