import ArgumentParser
import Audit
import Migration

/// Writes the chain for others.
struct AuditExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the chain as JSON lines, which anyone can verify.",
        discussion: """
            The first line names the chain, the last one says where it ends, with the signature of the \
            newest signed end. What the digests are made of stands in docs/AUDIT.md.

            Example:
              banyan audit export plan.yaml > audit.jsonl
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let store = try ControlPlace(try plan.declared()).openExisting()
            guard let store, try AuditExport.write(store, line: { try terminal.line($0) }) != nil else {
                throw MigrationError(
                    .notFound, "there is no chain yet", hint: "it begins with the first `banyan run`")
            }
            return .done
        }
    }
}
