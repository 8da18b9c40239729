import ArgumentParser
import Audit
import Foundation
import Migration
import Plan

/// Checks the chain.
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the chain of a plan, or one that was exported: every entry, link and signature.",
        discussion: """
            An exported chain is checked without any database. Signatures count when they are of the key \
            that the plan names, or of --key. Ends that were kept elsewhere show that an end was cut off: \
            the plan's `heads` file is held against the chain, and every --heads. Exit code 0 when the \
            chain is whole, 4 when it was changed, 3 when there is none or its format is not known.

            Examples:
              banyan audit verify plan.yaml
              banyan audit verify audit.jsonl --key 4b1f… --heads /mnt/elsewhere/heads.jsonl
            """)

    @Argument(
        help: ArgumentHelp("The plan, or an exported chain.", valueName: "plan or file"), completion: .file())
    var path: String
    @Option(
        help: ArgumentHelp("The public key: 64 hexadecimal digits, or a PEM file.", valueName: "key"),
        completion: .file())
    var key: String?
    @Option(help: "A file of signed ends that was kept elsewhere; may be given again.", completion: .file())
    var heads: [String] = []
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            var kept = try heads.map { path in
                guard let content = try HeadsFile(path: path).read(), !content.heads.isEmpty else {
                    throw MigrationError(
                        .notFound, "\(path) holds no signed end", hint: "name a file of signed ends")
                }
                return content
            }
            let isExport = ExportedChain.isOne(path)
            let verdict = isExport ? try exported(kept) : try stored(&kept)
            let strange = kept.reduce(0) { $0 + $1.strange }
            guard let verdict else {
                let words = isExport ? "the format of the chain is not known here" : "there is no chain yet"
                if output.isJSON {
                    try terminal.line(["verdict": "unsupported", "reasons": .array([.string(words)])])
                } else {
                    try terminal.line(words)
                }
                return .inconclusive
            }
            if output.isJSON {
                try terminal.line(AuditPage.json(verdict, strange: strange))
            } else {
                try terminal.write(
                    AuditPage.text(
                        verdict, strange: strange, isKeyKnown: key != nil || !isExport, terminal.paint))
            }
            return verdict.isWhole ? .done : .mismatch
        }
    }

    private func exported(_ kept: [HeadsFile.Content]) throws -> AuditVerdict? {
        AuditExport.check(try ExportedChain.text(path), kept: kept.flatMap(\.heads), trusted: try givenKey())
    }

    private func stored(_ kept: inout [HeadsFile.Content]) throws -> AuditVerdict? {
        let declarations = try PlanReading.declared(
            path: path, environment: ProcessInfo.processInfo.environment
        ).requireDeclarations()
        let place = ControlPlace(declarations)
        let (given, store) = (try givenKey(), try place.openExisting())
        let file = try place.heads?.read()
        if let file { kept.append(file) }
        let heads = kept.flatMap(\.heads)
        let trusted = try given ?? plansKey(place)
        guard let store, var verdict = try AuditCheck.run(on: store, kept: heads, trusted: trusted) else {
            return heads.max { $0.head.entries < $1.head.entries }.map(AuditVerdict.gone)
        }
        if let chain = verdict.chain, chain.migration != declarations.migration.value {
            verdict.problems.append(
                "the chain is that of \(chain.migration), and the plan's migration is \(declarations.migration.value)"
            )
        }
        if place.heads != nil, file == nil {
            verdict.problems.append("the file of kept ends that the plan names is not there")
        }
        if place.isSigned, let through = verdict.signedThrough, through < verdict.head.entries {
            verdict.problems.append(
                "what comes after entry \(through) is not signed, and Banyan signs every entry of this plan")
        }
        return verdict
    }

    private func plansKey(_ place: ControlPlace) throws -> AuditPublicKey? {
        do {
            return try place.trustedKey()
        } catch let error as AuditError {
            throw MigrationError(
                .notFound, error.message, hint: "give the public half of the key with --key")
        }
    }

    private func givenKey() throws -> AuditPublicKey? {
        guard let key else { return nil }
        if let found = AuditPublicKey(text: key) { return found }
        // A text that is no key is a file; one that cannot be read is no key either.
        if let text = try? String(contentsOfFile: key, encoding: .utf8),
            let found = AuditPublicKey(text: text)
        {
            return found
        }
        throw MigrationError(
            .notFound, "--key is neither 64 hexadecimal digits nor a file with an Ed25519 public key in PEM",
            hint: "`banyan audit key FILE` prints the public half of a key")
    }
}
