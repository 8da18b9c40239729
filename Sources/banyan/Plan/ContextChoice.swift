import ArgumentParser
import Migration
import Plan

/// The contexts and aggregates of a plan that a command is about.
struct ContextChoice: ParsableArguments {
    @Option(help: "Only this context of the plan.")
    var context: String?

    /// The contexts that are meant.
    func contexts(of plan: CheckedPlan) throws -> [CheckedContext] {
        guard let context else { return plan.contexts }
        let found = plan.contexts.filter { $0.name == context }
        guard found.isEmpty else { return found }
        throw MigrationError(
            .notFound, "the plan has no context \(context)",
            hint: "its contexts are: " + plan.contexts.map(\.name).joined(separator: ", "))
    }

    /// Refuses a name that no aggregate of these contexts has.
    static func require(aggregate: String?, in contexts: [CheckedContext]) throws {
        let names = contexts.flatMap { $0.aggregates.map(\.name) }
        guard let aggregate, !names.contains(aggregate) else { return }
        throw MigrationError(
            .notFound, "there is no aggregate \(aggregate)",
            hint: "the aggregates are: " + names.joined(separator: ", "))
    }
}
