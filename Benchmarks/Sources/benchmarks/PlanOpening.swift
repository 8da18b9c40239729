import Migration
import Plan

/// Opens a plan that is known to be right.
enum PlanOpening {
    static func open(_ path: String) throws -> CheckedPlan {
        let opened = PlanOpener.open(path, environment: [:])
        guard let plan = opened.plan else {
            throw BenchmarkFailure(opened.diagnostics.map { "\($0.location): \($0.message)" }.joined(separator: "\n"))
        }
        return plan
    }
}
