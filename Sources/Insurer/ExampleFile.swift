/// The files of `examples/insurer`, built into the program so that the demo needs nothing else.
package enum ExampleFile: String, CaseIterable, Sendable {
    /// The schema of the policy administration.
    case legacy = "legacy.sql"
    /// The schema of the endorsement service's store.
    case service = "service.sql"
    /// The schema of the policy administration on PostgreSQL.
    case legacyPostgres = "legacy-postgres.sql"
    /// The schema of the endorsement service's store on PostgreSQL.
    case servicePostgres = "service-postgres.sql"
    /// The migration plan.
    case plan = "plan.yaml"
    /// Legacy rows with the endorsements that they should become.
    case examples = "examples.yaml"
    /// What the service should hold, worked out from legacy alone.
    case expected = "checks/expected.sql"
    /// Compares endorsements.
    case endorsements = "checks/endorsements.sql"
    /// Compares decisions.
    case approvals = "checks/approvals.sql"
    /// Compares what was set aside.
    case quarantine = "checks/quarantine.sql"
    /// Compares business totals.
    case totals = "checks/totals.sql"
    /// Lists published events.
    case events = "checks/events.sql"

    /// The file's text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    private var bytes: [UInt8] {
        switch self {
        case .legacy: PackageResources.legacy_sql
        case .service: PackageResources.service_sql
        case .legacyPostgres: PackageResources.legacy_postgres_sql
        case .servicePostgres: PackageResources.service_postgres_sql
        case .plan: PackageResources.plan_yaml
        case .examples: PackageResources.examples_yaml
        case .expected: PackageResources.expected_sql
        case .endorsements: PackageResources.endorsements_sql
        case .approvals: PackageResources.approvals_sql
        case .quarantine: PackageResources.quarantine_sql
        case .totals: PackageResources.totals_sql
        case .events: PackageResources.events_sql
        }
    }
}
