// swift-tools-version: 6.2
// Targets stand in the order in which data flows; a target may import only what stands above it.
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
]

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "banyan",
    products: [
        .library(name: "CEL", targets: ["CEL"]),
        .library(
            name: "Banyan",
            targets: [
                "SQLite", "Model", "Expressions", "Plan", "ChangeLog", "Capture", "Apply", "Reconcile",
                "SQLiteConnector",
                "Migration",
            ]),
        .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
        .library(name: "PostgresCluster", targets: ["PostgresCluster", "PostgreSQL"]),
        .executable(name: "banyan", targets: ["banyan"]),
        .executable(name: "cel-conformance", targets: ["cel-conformance"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries, one small module each.
        .systemLibrary(
            name: "CSQLite", path: "Sources/C/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CPostgreSQL", path: "Sources/C/CPostgreSQL", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]),
        .target(name: "CChecksum", path: "Sources/C/CChecksum"),
        // A disk with faults, for tests.
        .target(
            name: "CFaultDisk", path: "Sources/C/CFaultDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "CRE2", path: "Sources/C/CRE2",
            linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("stdc++")]),

        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: settings),
        .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"], swiftSettings: settings),
        // A server of one's own in a folder, for demonstrations, tests and benchmarks.
        .target(name: "PostgresCluster", dependencies: ["PostgreSQL"], swiftSettings: settings),
        // Named places at which a process can be made to die.
        .target(name: "CrashPoints", swiftSettings: settings),

        // The example: a policy administration that is generated, kept busy and checked from outside. Knows
        // nothing of Banyan.
        .target(
            name: "Insurer", dependencies: ["PostgreSQL", "SQLite"], exclude: ["Example/README.md"],
            resources: [
                .embedInCode("Example/legacy.sql"), .embedInCode("Example/service.sql"),
                .embedInCode("Example/legacy-postgres.sql"), .embedInCode("Example/service-postgres.sql"),
                .embedInCode("Example/plan.yaml"), .embedInCode("Example/examples.yaml"),
                .embedInCode("Example/checks/expected.sql"), .embedInCode("Example/checks/endorsements.sql"),
                .embedInCode("Example/checks/approvals.sql"), .embedInCode("Example/checks/quarantine.sql"),
                .embedInCode("Example/checks/totals.sql"), .embedInCode("Example/checks/events.sql"),
            ],
            swiftSettings: settings),

        // The expression language; knows nothing of Banyan.
        .target(name: "CEL", dependencies: ["CRE2"], swiftSettings: settings),
        .executableTarget(name: "cel-conformance", dependencies: ["CEL"], swiftSettings: settings),

        // The guards of the core by name, which a test build can remove one by one.
        .target(name: "Guards", swiftSettings: settings),

        // What moves, and the language's words for it.
        .target(name: "Model", dependencies: ["CChecksum", crypto], swiftSettings: settings),
        .target(name: "Expressions", dependencies: ["CEL", "Model", crypto], swiftSettings: settings),
        .target(
            name: "Plan", dependencies: ["CEL", "Model", "Expressions", yams, crypto], swiftSettings: settings
        ),

        // The flow: legacy -> log -> translate -> service store.
        .target(
            name: "ChangeLog", dependencies: ["CrashPoints", "Guards", "Model", "SQLite"],
            path: "Sources/Pipeline/ChangeLog",
            swiftSettings: settings),
        .target(
            name: "Capture", dependencies: ["CrashPoints", "Guards", "Model", "ChangeLog", crypto],
            path: "Sources/Pipeline/Capture",
            swiftSettings: settings),
        .target(
            name: "Translate", dependencies: ["CEL", "Model", "Expressions", "Plan"],
            path: "Sources/Pipeline/Translate", swiftSettings: settings),
        .target(
            name: "Apply",
            dependencies: [
                "CEL", "CrashPoints", "Guards", "Model", "Expressions", "Plan", "ChangeLog", "Translate",
            ],
            path: "Sources/Pipeline/Apply", swiftSettings: settings),

        .target(
            name: "Reconcile",
            dependencies: ["Guards", "Model", "ChangeLog", "Capture", "Plan", "Translate", "Apply", crypto],
            path: "Sources/Pipeline/Reconcile", swiftSettings: settings),

        // Systems that take part.
        .target(
            name: "SQLiteConnector",
            dependencies: [
                "CSQLite", "CrashPoints", "SQLite", "Model", "ChangeLog", "Capture", "Translate", "Apply",
                crypto,
            ],
            path: "Sources/Connectors/SQLite", swiftSettings: settings),

        .target(
            name: "PostgresConnector",
            dependencies: [
                "CrashPoints", "PostgreSQL", "Model", "ChangeLog", "Capture", "Translate", "Apply", crypto,
            ],
            path: "Sources/Connectors/Postgres", swiftSettings: settings),

        // What was done, by whom and why, in a chain that nobody can change unnoticed.
        .target(
            name: "Audit", dependencies: ["Model", crypto], path: "Sources/Control/Audit",
            swiftSettings: settings),

        // Differences on their way from being found to being closed.
        .target(
            name: "Exceptions", dependencies: ["Guards", "Model", "Plan", "Reconcile"],
            path: "Sources/Control/Exceptions", swiftSettings: settings),

        // The composition root and the command line.
        .target(
            name: "Migration",
            dependencies: [
                "Audit", "CEL", "CrashPoints", "Exceptions", "Model", "Expressions", "Plan", "ChangeLog",
                "Capture",
                "Translate",
                "Apply", "PostgreSQL", "PostgresConnector", "Reconcile", "SQLiteConnector", "SQLite", crypto,
            ],
            path: "Sources/Control/Migration", swiftSettings: settings),
        .target(
            name: "TestKit",
            dependencies: [
                "Audit", "Guards", "PostgreSQL", "PostgresCluster", "SQLite", "Model", "ChangeLog", "Capture",
                "Apply",
            ],
            swiftSettings: settings),
        // A folder on a disk that loses what was not synced.
        .target(
            name: "PowerLoss", dependencies: ["CFaultDisk", "ChangeLog", "TestKit"], swiftSettings: settings),
        // The core under seeded chance: in-memory systems that fail, and a checker that knows what is true.
        .target(
            name: "Simulation",
            dependencies: [
                "Guards", "Model", "Plan", "ChangeLog", "Capture", "Apply", "Reconcile", "Exceptions",
                "TestKit",
            ],
            swiftSettings: settings),
        // The example migrated under load, with the engine as a process that is killed.
        .target(
            name: "Demo",
            dependencies: [
                "Apply", "Audit", "Capture", "ChangeLog", "Insurer", "Migration", "Model", "PostgresCluster",
                "SQLite",
            ],
            swiftSettings: settings),
        // The doors through which bytes come in, with the laws that hold for every input.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "SQLite", "Insurer", "CEL", "Model", "Expressions", "Plan", "ChangeLog", "Capture",
                "SQLiteConnector", "Migration", "TestKit",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "banyan",
            dependencies: [
                "Audit", "CrashPoints", "Exceptions", "Migration", "Plan", "Model", "ChangeLog", "Capture",
                "Apply", "Demo", "Reconcile",
                "Insurer", "Guards", "Simulation", arguments,
            ],
            swiftSettings: settings),

        // Everything that can be done to a running migration, with what must hold afterwards.
        .target(
            name: "CrashMatrix",
            dependencies: [
                "Apply", "ChangeLog", "CrashPoints", "Demo", "Insurer", "Migration", "Model", "Plan",
                "PostgreSQL", "PostgresCluster", "SQLite",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "crash-matrix", dependencies: ["CrashMatrix", "Insurer"],
            swiftSettings: settings),

        .testTarget(
            name: "InsurerTests",
            dependencies: ["Insurer", "PostgreSQL", "SQLite", "TestKit", yams],
            swiftSettings: settings),
        // The command line as a process on real files.
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["PostgreSQL", "PostgresCluster", "SQLite", "TestKit", "banyan"],
            swiftSettings: settings),
        // Real processes, killed for real.
        .testTarget(
            name: "CrashTests",
            dependencies: [
                "Apply", "CrashMatrix", "CrashPoints", "Demo", "Insurer", "Migration", "SQLite", "TestKit",
                "banyan",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SimulationTests", dependencies: ["Guards", "Simulation"], swiftSettings: settings),
        .testTarget(
            name: "CaptureTests", dependencies: ["Capture", "ChangeLog", "Model", "TestKit"],
            swiftSettings: settings),
        .testTarget(
            name: "SQLiteConnectorTests",
            dependencies: [
                "SQLiteConnector", "SQLite", "Capture", "ChangeLog", "Model", "PowerLoss", "TestKit",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PostgresConnectorTests",
            dependencies: [
                "Apply", "Capture", "ChangeLog", "Model", "PostgreSQL", "PostgresCluster",
                "PostgresConnector",
                "TestKit",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "PlanTests",
            dependencies: ["CEL", "Expressions", "Model", "Plan", "SQLite", "SQLiteConnector", "TestKit"],
            exclude: ["Fixtures"],
            swiftSettings: settings),
        .testTarget(
            name: "CELTests", dependencies: ["CEL", "TestKit", "cel-conformance"], swiftSettings: settings),
        .testTarget(
            name: "TranslateTests",
            dependencies: ["Expressions", "Model", "Plan", "Translate"],
            swiftSettings: settings),
        .testTarget(
            name: "ExceptionsTests", dependencies: ["Exceptions", "Model", "Reconcile"],
            swiftSettings: settings),
        .testTarget(
            name: "AuditTests", dependencies: ["Audit", "Model", "TestKit"], swiftSettings: settings),
        .testTarget(
            name: "MigrationTests",
            dependencies: [
                "Apply", "Audit", "Exceptions", "Migration", "Insurer", "Model", "Plan", "PostgreSQL",
                "Reconcile",
                "SQLite", "TestKit",
            ],
            swiftSettings: settings),
        // Databases that were not made for this.
        .testTarget(
            name: "RealDataTests",
            dependencies: ["Capture", "Migration", "Plan", "PostgreSQL", "SQLite", "TestKit"],
            swiftSettings: settings),
        .testTarget(
            name: "ApplyTests",
            dependencies: [
                "Apply", "ChangeLog", "Model", "Plan", "PostgreSQL", "PostgresConnector", "SQLite",
                "SQLiteConnector", "TestKit", "Translate",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ReconcileTests",
            dependencies: [
                "Apply", "Capture", "ChangeLog", "Exceptions", "Migration", "Model", "Plan", "Reconcile",
                "SQLite", "SQLiteConnector", "TestKit",
            ],
            swiftSettings: settings),
        // The style that a program can check.
        .testTarget(name: "TidyTests", swiftSettings: settings),
        .executableTarget(
            name: "log-appender", dependencies: ["ChangeLog", "TestKit"], path: "Tests/Fixtures/log-appender",
            swiftSettings: settings),
        .testTarget(
            name: "ChangeLogTests",
            dependencies: ["Model", "SQLite", "ChangeLog", "TestKit", "log-appender"],
            swiftSettings: settings),
        // Power lost, disks full and syncs that fail, under the real log and the real store.
        .testTarget(
            name: "PowerLossTests",
            dependencies: [
                "Apply", "ChangeLog", "Model", "PowerLoss", "SQLite", "SQLiteConnector", "TestKit",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "TestKitTests", dependencies: ["TestKit", "Capture", "ChangeLog", "Model"],
            swiftSettings: settings),
        // Every input that was ever found, and one of each kind.
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "CEL", "ChangeLog", "FuzzTargets", "Migration", "Model", "Plan", "SQLiteConnector", "TestKit",
            ],
            exclude: ["Corpus"], swiftSettings: settings),
        .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: settings),
        .testTarget(
            name: "ExpressionsTests", dependencies: ["Expressions", "CEL", "Model", "SQLite"],
            swiftSettings: settings),
    ],
    cxxLanguageStandard: .cxx17
)
