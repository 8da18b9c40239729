import Apply
import Plan
import SQLiteConnector

/// Refuses to go on with a store that another version of the mapping has made: what was written before would
/// keep its old meaning beside what is written from now on.
enum MappingGuard {
    /// Compares each context's mapping with the one that its ledger names.
    ///
    /// - Throws: `MigrationError` with `mappingChanged` for the first context that differs.
    static func check(_ plan: CheckedPlan, _ systems: Systems) throws {
        for context in plan.contexts { try check(context, systems) }
    }

    /// Compares one context's mapping with the one that its ledger names.
    static func check(_ context: CheckedContext, _ systems: Systems) throws {
        let held = try systems.target(context.service).ledger(of: context.name)?.mapping ?? ""
        guard !held.isEmpty, held != context.digest else { return }
        throw MigrationError(
            .mappingChanged,
            "the store of \(context.name) was made under mapping \(held.prefix(12)), and this plan's is "
                + context.digest.prefix(12),
            hint:
                "run `banyan replay` with this plan, which computes everything again, or run the plan it was "
                + "made under; `banyan plan diff` shows what changed")
    }
}
