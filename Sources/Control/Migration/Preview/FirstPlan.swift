import Apply
import Foundation
import Model
import Plan
import SQLiteConnector

/// Writes a first plan from a legacy system's address.
public enum FirstPlan {
    /// Distinct values of a column that are worth listing as codes.
    private static let codesMax = 12

    /// The text of a plan for the database at `address` (`sqlite:FILE`).
    public static func write(address: String, name: String) throws -> String {
        let path = try self.path(of: address)
        let systems = Systems([SystemDeclaration(name: "legacy", connector: .sqlite(path: path), shown: path)]
        )
        let catalog = try systems.catalog(of: "legacy")
        return InitialPlan.write(catalog: catalog, path: path, name: name) { table, column in
            // A column whose values cannot be listed is one without a guess about its codes.
            try? systems.rowFinder("legacy").distinctValues(of: column, in: table, limit: codesMax)
        }
    }

    private static func path(of address: String) throws -> String {
        guard let colon = address.firstIndex(of: ":") else {
            throw MigrationError(
                .notFound, "\(address) is not an address", hint: "write sqlite: and the path of the file")
        }
        let scheme = address[..<colon]
        guard scheme == "sqlite" else {
            throw MigrationError(
                .notFound, "no connector for \(scheme): is part of this program",
                hint: "write sqlite: and the path")
        }
        var path = String(address[address.index(after: colon)...])
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
