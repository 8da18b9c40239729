import ArgumentParser
import Foundation
import Migration
import Plan

/// Runs the examples kept beside a plan.
struct PlanTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the examples kept beside a plan.",
        discussion: """
            Examples are YAML files in `examples/` and `tests/` of the plan's folder: legacy rows, and what \
            they must become. Exit code 4 when a row became something else, 3 when there is no example.

            Example:
              banyan plan test plan.yaml
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            var reading = PlanReading.checked(
                path: plan.path, environment: ProcessInfo.processInfo.environment)
            let plan = try reading.requirePlan()
            let (examples, diagnostics) = try PlanExamples.read(for: plan, folder: reading.source.folder)
            guard !diagnostics.contains(where: { $0.severity == .error }) else {
                reading.diagnostics = diagnostics
                throw PlanRefusal(reading: reading)
            }
            let translation = ExampleTranslation(plan: plan)
            let results = examples.run(on: plan) { translation.outcome(of: $0) }
            guard !results.isEmpty else {
                throw MigrationError(
                    .notComparable, "there is no example beside \(self.plan.path)",
                    hint: "write one into `examples/`: see the plan's reference")
            }
            let failed = results.count { !$0.isPassed }
            if output.isJSON {
                for result in results { try terminal.line(Self.json(result)) }
            } else {
                for result in results { try terminal.write(Self.text(result, terminal.paint)) }
                let text = "\(results.count - failed) of \(results.count) examples hold"
                try terminal.line(failed == 0 ? terminal.paint.good(text) : terminal.paint.bad(text))
            }
            return failed == 0 ? .done : .mismatch
        }
    }

    private static func text(_ result: ExampleResult, _ paint: Colors) -> String {
        let mark = result.isPassed ? paint.good("ok  ") : paint.bad("FAIL")
        var text = "\(mark)  \(result.example.name.escapedForTerminal)  "
        text += paint.dim(result.example.location.description.escapedForTerminal) + "\n"
        for difference in result.differences { text += "        \(difference.escapedForTerminal)\n" }
        return text
    }

    private static func json(_ result: ExampleResult) -> JSONValue {
        [
            "example": .string(result.example.name), "passed": .bool(result.isPassed),
            "location": .string(result.example.location.description),
            "differences": .array(result.differences.map(JSONValue.string)),
        ]
    }
}
