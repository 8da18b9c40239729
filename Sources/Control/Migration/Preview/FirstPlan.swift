import Apply
import Foundation
import Model
import Plan

/// Writes a first plan from a legacy system's address.
public enum FirstPlan {
    /// Distinct values of a column that are worth listing as codes.
    private static let codesMax = 12
    /// The variable in which a plan looks for the legacy server's address.
    private static let variable = "LEGACY_URL"

    /// The text of a plan for the database at `address`: `sqlite:FILE` or `postgres://…`.
    ///
    /// The address of a server may hold a password and does not stand in the plan.
    public static func write(address: String, name: String) throws -> String {
        let isServer = address.hasPrefix("postgres://") || address.hasPrefix("postgresql://")
        let path = isServer ? "" : try self.path(of: address)
        let system = SystemDeclaration(
            name: "legacy", connector: isServer ? .postgres(address: address) : .sqlite(path: path))
        let systems = Systems([system], migration: name)
        let catalog = try systems.catalog(of: "legacy")
        let legacy: InitialPlan.Legacy = isServer ? .server(variable: variable) : .file(path)
        return InitialPlan.write(catalog: catalog, legacy: legacy, name: name) { table, column in
            // A column whose values cannot be listed is one without a guess about its codes.
            try? systems.rowFinder("legacy").distinctValues(of: column, in: table, limit: codesMax)
        }
    }

    private static func path(of address: String) throws -> String {
        let parts = address.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "sqlite" else {
            throw MigrationError(
                .notFound,
                parts.count == 2
                    ? "no connector for \(parts[0]): is part of this program"
                    : "\(address) is not an address",
                hint: "write sqlite: and the path of the file, or postgres://user@host:port/database")
        }
        var path = String(parts[1])
        if path.hasPrefix("//") { path = String(path.dropFirst(2)) }
        var isFolder: ObjCBool = false
        // Foundation fills the local above.
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
        else {
            throw MigrationError(
                .notFound, "\(path.isEmpty ? "the path" : path) is not a file", hint: "name a SQLite database"
            )
        }
        return path
    }
}
