import ArgumentParser
import Audit
import Foundation
import Migration

/// Signs the chain's end by hand.
struct AuditSignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Vouch for the chain as it stands: sign its end, and print it for keeping.",
        discussion: """
            For where the key is not on the engine's machine, and where a person has to vouch for the chain: \
            when it is signed for the first time or with another key, and after the store was put back. The \
            signature is an entry of the chain itself. With a key that the plan names, every entry is signed \
            as it is made, as long as the one before it was.

            Example:
              banyan audit sign plan.yaml --key audit.pem >> /mnt/elsewhere/heads.jsonl
            """)

    @OptionGroup var plan: PlanArgument
    @Option(help: "The file of the private key; the plan's without it.", completion: .file())
    var key: String?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let signer = try key.map { try AuditKey(path: $0) }
            let place = ControlPlace(try plan.declared())
            guard key != nil || place.isSigned else {
                throw MigrationError(
                    .notFound, "the plan names no key", hint: "give one with --key, or name it under `audit:`"
                )
            }
            guard let store = try place.openExisting(),
                let signed = try place.trail(in: store, signer: signer).sign(
                    by: actor.actor, because: actor.because)
            else {
                throw MigrationError(
                    .notFound, "there is no chain yet", hint: "it begins with the first `banyan run`")
            }
            try terminal.line(try signed.text())
            return .done
        }
    }
}
