import ArgumentParser
import Audit
import Migration

/// Lists what was done.
struct AuditListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what was done, the newest last.",
        discussion: """
            Examples:
              banyan audit list plan.yaml
              banyan audit list plan.yaml --last 500 --action certificate
            """)

    @OptionGroup var plan: PlanArgument
    @Option(help: "How many of the newest entries are looked at.") var last = 50
    @Option(help: "Only actions that begin with this, as in certificate or certificate.issue.")
    var action: String?
    @Option(help: "Only what this person did.") var actor: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1_000_000).contains(last) else {
            throw ValidationError("--last takes a number from 1 to 1000000")
        }
    }

    func run() throws {
        try output.perform { terminal in
            guard let store = try ControlPlace(try plan.declared()).openExisting(),
                let end = try store.auditHead()?.head.entries
            else {
                if !output.isJSON { try terminal.line("nothing was done yet") }
                return .done
            }
            var columns = TextColumns(right: [0])
            columns.add("NUMBER", "AT", "WHO", "ACTION", "OF", "HOW FAR", "WHY")
            for (number, text) in try store.auditTexts(after: max(0, end - last), limit: last) {
                guard let entry = AuditEntry(text: text) else {
                    throw MigrationError(
                        .unusableFile, "in the place of entry \(number) stands something that is no entry",
                        hint: "find out with `banyan audit verify` what was changed")
                }
                guard isWanted(entry) else { continue }
                if output.isJSON {
                    try terminal.line(text)
                    continue
                }
                let record = entry.record
                columns.add(
                    "\(number)", Measure.moment(entry.at), record.actor.name.escapedForTerminal,
                    record.action.escapedForTerminal, record.subject.escapedForTerminal,
                    AuditPage.stage(entry.stage), (record.reason ?? "").escapedForTerminal)
            }
            if !output.isJSON { try terminal.write(columns.text()) }
            return .done
        }
    }

    private func isWanted(_ entry: AuditEntry) -> Bool {
        (action.map { entry.record.action == $0 || entry.record.action.hasPrefix($0 + ".") } ?? true)
            && (actor.map { entry.record.actor.name == $0 } ?? true)
    }
}
