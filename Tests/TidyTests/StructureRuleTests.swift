import Testing

/// The rules about targets, imports and the manifest, each on something that breaks it.
@Suite struct StructureRuleTests {
    private let places: [String: Architecture.Place] = [
        "Model": .init(plane: .model, imports: []),
        "Apply": .init(plane: .pipeline, imports: ["Model"]),
        "SQLiteConnector": .init(plane: .connectors, imports: ["Apply"]),
        "Authority": .init(plane: .control, imports: ["Apply"]),
    ]

    @Test(arguments: [
        "import Authority", "public import Authority", "@testable import struct Authority.Epoch",
    ])
    func findsAnImportAgainstTheFlow(text: String) {
        let file = SwiftFile(
            path: "Sources/Apply/A.swift", text: "public import Model\nimport Foundation\n\(text)\n")
        #expect(ImportRules.findings(file, target: "Apply", places: places).map(\.line) == [3])
        #expect(ImportRules.findings(file, target: "Unheard", places: places).count == 1)
    }

    @Test(arguments: [
        ("Apply", "Authority"), ("Apply", "SQLiteConnector"), ("Model", "Apply"),
        ("SQLiteConnector", "Authority"),
    ])
    func theTableCannotBeWidenedAgainstItsLaws(target: String, imported: String) {
        var widened = places
        widened[target]?.imports.insert(imported)
        #expect(Architecture.lawlessPlaces(places).isEmpty)
        #expect(Architecture.lawlessPlaces(widened).count == 1)
    }

    @Test func findsALanguageThatKnowsBanyan() {
        let known = places.merging(["CEL": .init(plane: .language, imports: ["Model"])]) { $1 }
        #expect(Architecture.lawlessPlaces(known).count == 1)
    }

    @Test func findsAWitnessThatKnowsWhatItChecks() {
        let known = places.merging(["Insurer": .init(plane: .proof, imports: ["Model"])]) { $1 }
        #expect(Architecture.lawlessPlaces(known).count == 1)
    }

    @Test func findsATargetAboveWhatItNeeds() {
        let manifest = Manifest(
            """
            targets: [
                .target(name: "Apply", dependencies: ["Model"]),
                .target(name: "Model"),
            ]
            """)
        #expect(ManifestRules.order(manifest).count == 1)
        #expect(ManifestRules.dependencies(manifest, places: places).isEmpty)
    }

    @Test func findsADependencyThatHasNoPlace() {
        let manifest = Manifest(#".target(name: "Apply", dependencies: ["Model", "Authority"]),"#)
        #expect(ManifestRules.dependencies(manifest, places: places).count == 1)
    }

    @Test func findsAPackageFromElsewhere() {
        let manifest = Manifest(#".package(url: "https://packages.example/a", from: "1.0.0")"#)
        #expect(ManifestRules.hosts(manifest).count == 1)
    }

    @Test func findsFilesThatNothingBuilds() {
        let manifest = Manifest(#".target(name: "Model"), .target(name: "Apply")"#)
        func dead(_ path: String, _ text: String) -> Int {
            ManifestRules.dead(SwiftFile(path: path, text: text), manifest: manifest).count
        }
        #expect(dead("Sources/Lost/A.swift", "struct A {}") == 1)
        #expect(dead("Sources/Model/A.swift", "// nothing yet") == 1)
        #expect(dead("Sources/Model/A.swift", "struct A {}") == 0)
        #expect(dead("Package.swift", "") == 0)
        #expect(ManifestRules.emptyTargets(manifest, paths: ["Sources/Model/A.swift"]).count == 1)
    }

    @Test func findsWhatTheBuildMadeInGit() {
        #expect(
            ManifestRules.made(["Package.resolved", "Benchmarks/.build/a", "Sources/A.swift"]).count == 2)
    }
}
