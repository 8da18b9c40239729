import ArgumentParser
import Foundation
import Migration
import Plan

/// Says what a migration would meet in its legacy systems, and whether it is worth doing slice by slice.
struct AssessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess", abstract: "Look at the legacy systems before anything is installed.",
        discussion: """
            Sizes, write rates, keys, triggers, foreign keys, sequences, views and routines, settings of the \
            server, open transactions and who is connected: what is fine, what to change (with the \
            statement), what to do first; and a verdict. Changes nothing anywhere.

            Exits with 2 when something stands in the way.

            Examples:
              banyan assess plan.yaml
              banyan assess plan.yaml --format json
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let reading = PlanReading.checked(
                path: plan.path, environment: ProcessInfo.processInfo.environment)
            let checked = try reading.requirePlan()
            let warnings = reading.diagnostics.map(\.message)
            let page = AssessmentPage(try Assessment(checked, warnings: warnings))
            if output.isJSON {
                try terminal.line(page.json)
            } else {
                try terminal.write(page.text(terminal.paint))
            }
            return page.assessment.verdict == .prepare ? .refused : .done
        }
    }
}
