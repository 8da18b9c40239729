import Demo
import Migration
import Plan

/// The certificate over the demo's plan.
enum DemoCertificate {
    /// Compares both systems at rest and certifies what is found.
    static func issue(plan path: String) throws -> String {
        let plan = try PlanReading.checked(path: path, environment: [:]).requirePlan()
        guard let context = plan.contexts.first else {
            throw DemoError(
                .file, "\(path) has no context", hint: "Do not edit the plan while the demo runs.")
        }
        return try CertificateIssuer(plan: plan).issue(context).certificate.text()
    }
}
