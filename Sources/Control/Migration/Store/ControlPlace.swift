import Foundation
public import Plan
import PostgreSQL

/// Where a migration's control store is.
public struct ControlPlace: Sendable {
    private let system: SystemDeclaration
    let migration: String
    let audit: AuditFiles

    /// The place that a checked plan names.
    public init(_ plan: CheckedPlan) {
        system = plan.control
        migration = plan.name
        audit = plan.audit
    }

    /// The place that a plan names which was not checked against its systems.
    public init(_ declarations: PlanDeclarations) {
        system = SystemDeclaration(text: declarations.control)
        migration = declarations.migration.value
        audit = declarations.audit
    }

    /// Opens the store, making it when it is missing.
    public func open() throws -> any ControlStore {
        switch system.connector {
        case .sqlite(let path): try SQLiteControlStore(path: path)
        case .postgres(let address):
            try PostgresControlStore.making(try PostgresAddress(address), migration: migration)
        }
    }

    /// Opens a store that gives leases.
    func openLeased() throws -> any LeasedControlStore {
        if let leased = try open() as? any LeasedControlStore { return leased }
        throw MigrationError(
            .notFound, "the control store gives no leases", hint: "name a PostgreSQL database in `control:`")
    }

    /// Opens the store; nil when it was never made.
    public func openExisting() throws -> (any ControlStore)? {
        switch system.connector {
        case .sqlite(let path):
            FileManager.default.fileExists(atPath: path) ? try SQLiteControlStore(path: path) : nil
        case .postgres(let address):
            try PostgresControlStore.existing(try PostgresAddress(address), migration: migration)
        }
    }
}
