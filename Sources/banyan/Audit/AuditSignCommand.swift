import ArgumentParser
import Audit
import Foundation
import Migration

/// Signs the chain's end by hand.
struct AuditSignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign the chain's end as it is, and print it for keeping.",
        discussion: """
            For where the key is not on the engine's machine. With a key that the plan names, every entry \
            is signed as it is made.

            Example:
              banyan audit sign plan.yaml --key audit.pem >> /mnt/elsewhere/heads.jsonl
            """)

    @OptionGroup var plan: PlanArgument
    @Option(help: "The file of the private key.", completion: .file()) var key: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let signer = try AuditKey(path: key)
            let place = ControlPlace(try plan.declared())
            guard let store = try place.openExisting(),
                let signed = try place.trail(in: store, signer: signer).sign()
            else {
                throw MigrationError(
                    .notFound, "there is no chain yet", hint: "it begins with the first `banyan run`")
            }
            try terminal.line(try signed.text())
            return .done
        }
    }
}
