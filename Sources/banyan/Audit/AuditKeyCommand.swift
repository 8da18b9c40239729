import ArgumentParser
import Audit

/// Makes a key.
struct AuditKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make an Ed25519 key to sign the chain with, and print its public half.",
        discussion: """
            The file is PKCS #8 in PEM, for its owner alone; openssl reads and makes the same. Give the \
            public half to whoever is to verify the chain.

            Example:
              banyan audit key audit.pem
            """)

    @Argument(help: "A file that is not there yet.", completion: .file()) var file: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let key = AuditKey()
            try key.write(to: file)
            if output.isJSON {
                try terminal.line([
                    "file": .string(file), "public": .string("\(key.publicKey)"),
                    "pem": .string(key.publicKey.pem),
                ])
            } else {
                try terminal.line("public half: \(key.publicKey)")
                try terminal.write(key.publicKey.pem)
                try terminal.line("name it in the plan: audit: { key: \(file.escapedForTerminal) }")
            }
            return .done
        }
    }
}
