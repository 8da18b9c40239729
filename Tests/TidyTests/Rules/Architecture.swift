/// Which target may import what: the picture of docs/ARCHITECTURE.md as a table.
///
/// A target that is not in the table may not exist: add it here and to the picture together.
enum Architecture {
    /// A plane groups targets; data flows from an earlier plane to a later one, and so do imports.
    enum Plane: Int, Sendable {
        case ground, language, model, plan, pipeline, connectors, control, proof, program
    }

    /// One target's place.
    struct Place: Sendable {
        /// The plane it belongs to.
        var plane: Plane
        /// The modules that it may import, apart from those of the platform.
        var imports: Set<String>
    }

    /// Modules that come with the toolchain or the system.
    static let platform: Set<String> = [
        "Foundation", "FoundationEssentials", "Darwin", "Glibc", "Musl", "Synchronization", "Swift",
    ]

    /// Every target with code, and what it may import.
    static let places: [String: Place] = [
        "SQLite": Place(plane: .ground, imports: ["CSQLite"]),
        "PostgreSQL": Place(plane: .ground, imports: ["CPostgreSQL"]),
        "PostgresCluster": Place(plane: .ground, imports: ["PostgreSQL"]),
        "CrashPoints": Place(plane: .ground, imports: []),
        "Guards": Place(plane: .ground, imports: []),
        "CEL": Place(plane: .language, imports: ["CRE2"]),
        "Model": Place(plane: .model, imports: ["CChecksum", "Crypto"]),
        "Expressions": Place(plane: .plan, imports: ["CEL", "Model", "Crypto"]),
        "Plan": Place(plane: .plan, imports: ["CEL", "Model", "Expressions", "Yams", "Crypto"]),
        "ChangeLog": Place(plane: .pipeline, imports: ["CrashPoints", "Guards", "Model", "SQLite"]),
        "Capture": Place(
            plane: .pipeline, imports: ["CrashPoints", "Guards", "Model", "ChangeLog", "Crypto"]),
        "Translate": Place(plane: .pipeline, imports: ["CEL", "Model", "Expressions", "Plan"]),
        "Apply": Place(
            plane: .pipeline,
            imports: [
                "CEL", "CrashPoints", "Guards", "Model", "Expressions", "Plan", "ChangeLog", "Translate",
            ]),
        "Reconcile": Place(
            plane: .pipeline,
            imports: [
                "Guards", "Model", "Expressions", "Plan", "ChangeLog", "Capture", "Translate", "Apply",
                "Crypto",
            ]),
        "SQLiteConnector": Place(
            plane: .connectors,
            imports: [
                "CSQLite", "CrashPoints", "SQLite", "Model", "ChangeLog", "Capture", "Translate", "Apply",
                "Crypto",
            ]),
        "PostgresConnector": Place(
            plane: .connectors,
            imports: [
                "CrashPoints", "PostgreSQL", "Model", "ChangeLog", "Capture", "Translate", "Apply", "Crypto",
            ]),
        "Audit": Place(plane: .control, imports: ["Model", "Crypto"]),
        "Exceptions": Place(plane: .control, imports: ["Guards", "Model", "Plan", "Reconcile"]),
        "Migration": Place(
            plane: .control,
            imports: [
                "Audit", "Exceptions", "CEL", "CrashPoints", "Model", "Expressions", "Plan", "ChangeLog",
                "Capture",
                "Translate",
                "Apply", "Reconcile", "PostgreSQL", "PostgresConnector", "SQLiteConnector", "SQLite",
                "Crypto",
                "FoundationNetworking",
            ]),
        "TestKit": Place(
            plane: .proof,
            imports: [
                "Audit", "Guards", "PostgreSQL", "PostgresCluster", "SQLite", "Model", "ChangeLog", "Capture",
                "Translate", "Apply", "SQLiteConnector",
            ]),
        "PowerLoss": Place(plane: .proof, imports: ["CFaultDisk", "ChangeLog", "TestKit"]),
        "Simulation": Place(
            plane: .proof,
            imports: [
                "Guards", "Model", "Plan", "ChangeLog", "Capture", "Apply", "Reconcile", "Exceptions",
                "TestKit",
            ]),
        "Insurer": Place(plane: .proof, imports: ["PostgreSQL", "SQLite"]),
        "FuzzTargets": Place(
            plane: .program,
            imports: [
                "SQLite", "CEL", "Model", "Expressions", "Plan", "ChangeLog", "Capture", "SQLiteConnector",
                "Migration", "TestKit", "Insurer",
            ]),
        "Demo": Place(
            plane: .program,
            imports: [
                "Audit", "Migration", "Capture", "Apply", "ChangeLog", "Model", "PostgresCluster", "SQLite",
                "Insurer",
            ]),
        "banyan": Place(
            plane: .program,
            imports: [
                "Audit", "CrashPoints", "Exceptions", "Migration", "Plan", "Model", "ChangeLog", "Capture",
                "Apply",
                "Demo", "Reconcile",
                "Insurer", "Guards", "Simulation", "ArgumentParser",
            ]),
        "CrashMatrix": Place(
            plane: .program,
            imports: [
                "Apply", "ChangeLog", "CrashPoints", "Migration", "Model", "Plan", "PostgreSQL",
                "PostgresCluster", "SQLite", "Insurer", "Demo",
            ]),
        "crash-matrix": Place(plane: .program, imports: ["CrashMatrix", "Insurer"]),
        "cel-conformance": Place(plane: .program, imports: ["CEL"]),
    ]

    /// Where the table itself breaks the laws of the layout: it can be widened only within them.
    static func lawlessPlaces(_ places: [String: Place]) -> [Finding] {
        places.sorted { $0.key < $1.key }.flatMap { name, place in
            place.imports.sorted().compactMap { imported in
                guard let other = places[imported] else { return nil }
                return broken(name, place.plane, imported, other.plane).map { law in
                    Finding("Architecture.swift", 0, "`\(name)` may not import `\(imported)`: \(law)")
                }
            }
        }
    }

    private static func broken(_ name: String, _ plane: Plane, _ imported: String, _ other: Plane) -> String?
    {
        if name == "CEL" { return "the expression language knows nothing of Banyan" }
        if name == "Insurer", !["SQLite", "PostgreSQL"].contains(imported) {
            return "what checks Banyan from outside knows nothing of it"
        }
        if plane == .connectors, other == .connectors { return "connectors know nothing of each other" }
        if plane == .connectors, other == .plan { return "connectors know nothing of mappings" }
        if plane == .pipeline, other == .control {
            return "authority reaches the flow only as an epoch value"
        }
        if other.rawValue > plane.rawValue { return "imports go from a later plane to an earlier one" }
        return nil
    }
}
