import ArgumentParser
import Foundation
import Migration
import Plan

/// Checks a plan against the catalogs of its systems and says everything that is wrong with it.
struct PlanCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Type-check a plan against the databases it names.",
        discussion: """
            Every name, join and expression is checked against the catalogs of both systems; nothing is \
            changed anywhere. All errors are shown at once, with the line, what was found and what was \
            expected. Exit code 1 when there is one.

            Of a PostgreSQL server it is asked, too, what stands in the way of running the plan there: \
            settings, rights of the role, replica identities. Each is a warning with the statement that \
            clears it.

            Example:
              banyan plan check plan.yaml
            """)

    @OptionGroup var plan: PlanArgument
    @Flag(help: "Fail on warnings, too.") var strict = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let reading = PlanReading.checked(
                path: plan.path, environment: ProcessInfo.processInfo.environment
            ).askingServers()
            let errors = reading.diagnostics.count { $0.severity == .error }
            let warnings = reading.diagnostics.count - errors
            let isGood = reading.plan != nil && !(strict && warnings > 0)
            if output.isJSON {
                try terminal.line([
                    "plan": .string(plan.path), "ok": .bool(isGood), "errors": .count(errors),
                    "warnings": .count(warnings), "migration": .optional(reading.plan?.name),
                    "mapping": .optional(reading.plan?.digest),
                    "diagnostics": PlanReport.json(reading.diagnostics),
                ])
            } else {
                Terminal.standardError(PlanReport.text(reading, terminal))
                let counts = "\(Measure.count(errors, "error")), \(Measure.count(warnings, "warning"))"
                let mapping = reading.plan.map { "; mapping version \($0.digest.prefix(12))" } ?? ""
                let text = "\(plan.path.escapedForTerminal): \(counts)\(mapping)"
                try terminal.line(isGood ? terminal.paint.good(text) : terminal.paint.bad(text))
            }
            return isGood ? .done : .error
        }
    }
}
