import Foundation
import Model

/// The examples kept beside a plan, in `examples/*.yaml` and `tests/*.yaml` of its folder.
public struct PlanExamples: Sendable {
    /// The examples in the order of the files.
    public var cases: [ExampleCase]

    /// Reads and checks the examples of a plan's folder; reports everything that is wrong with them.
    public static func read(
        for plan: CheckedPlan, folder: String
    ) throws(PlanDiagnostic) -> (examples: PlanExamples, diagnostics: [PlanDiagnostic]) {
        var files: [PlanFile] = []
        for part in ["examples", "tests"] {
            let path = (folder as NSString).appendingPathComponent(part)
            guard FileManager.default.fileExists(atPath: path) else { continue }
            files += try PlanSource.read(path).files
        }
        return read(for: plan, files: files)
    }

    /// Reads and checks examples from texts.
    public static func read(
        for plan: CheckedPlan, files: [PlanFile]
    ) -> (examples: PlanExamples, diagnostics: [PlanDiagnostic]) {
        let report = Report()
        let reader = ExampleReader(plan: plan, report: report)
        let cases = files.flatMap { file in
            DocumentReader.read(file, report: report).map(reader.cases) ?? []
        }
        return (PlanExamples(cases: cases), report.sorted())
    }

    /// Runs every example through a function that translates, and compares.
    public func run(
        on plan: CheckedPlan, _ translate: (ExampleCase) throws -> ExampleOutcome
    ) rethrows -> [ExampleResult] {
        try cases.map { example in
            let outcome = try translate(example)
            let comparison = ExampleComparison(
                aggregate: plan.contexts[example.context].aggregates[example.aggregate])
            return ExampleResult(
                example: example, differences: comparison.differences(example.expect, outcome))
        }
    }
}
