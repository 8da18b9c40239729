import Apply
import ArgumentParser
import Migration
import Plan

/// Lists what was set aside, without a value of any row.
struct QuarantineListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what was set aside, and why.",
        discussion: """
            Examples:
              banyan quarantine list plan.yaml
              banyan quarantine list plan.yaml --reason unknown_code --format json
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var filter: QuarantineFilter
    @OptionGroup var choice: ContextChoice
    @Option(help: "Entries to show at the most.") var limit = 100
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes a number above 0") }
    }

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let contexts = try choice.contexts(of: plan)
            let entries = try QuarantineReader(plan: plan).entries(in: contexts).filter(filter.holds)
            if output.isJSON {
                for entry in entries.prefix(limit) {
                    try terminal.line(QuarantinePage.json(entry))
                }
                return .done
            }
            guard !entries.isEmpty else {
                try terminal.line(terminal.paint.good("nothing is set aside"))
                return .done
            }
            let reasons = Dictionary(grouping: entries, by: \.reason).mapValues(\.count).sorted {
                $0.key < $1.key
            }
            let keys = Set(entries.map { [$0.context, $0.aggregate, $0.displayKey] }).count
            let counts = reasons.map { "\($0.key.escapedForTerminal) \(Measure.count($0.value))" }
            try terminal.line(
                Measure.count(entries.count, "entry", "entries") + " of \(Measure.count(keys, "key")): "
                    + counts.joined(separator: ", "))
            for entry in entries.prefix(limit) {
                try terminal.write(QuarantinePage.line(entry, terminal.paint))
            }
            if entries.count > limit {
                try terminal.line(
                    terminal.paint.dim("\(Measure.count(entries.count - limit)) more: see --limit"))
            }
            return .done
        }
    }
}
