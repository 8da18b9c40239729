import Foundation
import Migration

/// One pass over the first context of a plan, in a process of its own.
enum ReconcileChild {
    /// Prints the seconds it took, its peak memory in MB and how many differences it found.
    static func run(folder: String) throws {
        let plan = try PlanOpening.open(folder + "/plan.yaml")
        guard let context = plan.contexts.first else { throw BenchmarkFailure("the plan has no context") }
        let start = ContinuousClock.now
        let issued = try CertificateIssuer(plan: plan).issue(context)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let found = issued.report.discrepancies.count + issued.report.discrepanciesMore
        print(seconds, Double(ProcessMemory.peakBytes()) / 1_048_576, found)
    }
}
