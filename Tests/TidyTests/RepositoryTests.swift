import Foundation
import Testing

/// The rules, applied to this repository.
@Suite struct RepositoryTests {
    private let repository: Repository

    init() throws {
        repository = try Repository.current()
    }

    @Test func readsTheRepositoryItBelongsTo() {
        #expect(repository.swift.contains { $0.path == "Tests/TidyTests/RepositoryTests.swift" })
        #expect(repository.manifest.targets.contains { $0.name == "TidyTests" })
        #expect(repository.swift(under: "Sources").count > 20)
    }

    @Test func filesAreShort() { expectTidy(repository.swift.flatMap(LengthRules.fileLength)) }

    @Test func linesAreNarrow() { expectTidy(repository.swift.flatMap(LengthRules.lineWidth)) }

    @Test func functionsAreShort() {
        let measured = repository.swift.map(LengthRules.longFunctions).reduce(into: [:]) {
            $0.merge($1, uniquingKeysWith: max)
        }
        expectTidy(
            Ratchet.findings(
                measured: measured, allowed: Allowances.longFunctions,
                advice: "lines in one function, at most \(LengthRules.linesInFunction): give its steps names")
        )
    }

    @Test func typesAreNamedAfterWhatTheyAre() { expectTidy(repository.swift.flatMap(NameRules.typeNames)) }

    @Test func filesAndFoldersAreNamedAfterWhatTheyHold() {
        expectTidy(repository.texts.flatMap { NameRules.pathNames($0.path) })
    }

    @Test func testsAreNamedAfterBehaviour() {
        expectTidy(repository.swift(under: "Tests").flatMap(NameRules.testNames))
    }

    @Test func nothingIsForced() { expectTidy(repository.swift.flatMap(ConstructRules.forced)) }

    @Test func nothingBannedIsCalled() {
        expectTidy(repository.swift(under: "Sources").flatMap(ConstructRules.banned))
    }

    @Test func whateverGivesSomethingUpSaysWhy() {
        expectTidy(repository.swift(under: "Sources").flatMap(ConstructRules.unexplained))
    }

    @Test func librariesDoNotPrint() {
        let libraries = repository.manifest.targets.filter {
            $0.kind == "target" && $0.path.hasPrefix("Sources/")
        }
        expectTidy(libraries.flatMap { repository.swift(under: $0.path).flatMap(ConstructRules.printing) })
    }

    @Test func testsDoNotSleep() {
        expectTidy(repository.swift(under: "Tests").flatMap(ConstructRules.sleeping))
    }

    @Test func whatTheThreadSanitizerDoesNotRunStartsNoThread() throws {
        let script = try String(
            contentsOf: repository.root.appending(path: "scripts/sanitize"), encoding: .utf8)
        let whole = try #require(script.firstMatch(of: /threadless='([^']*)'/)).1.split(separator: "|")
        var kept = Dictionary(uniqueKeysWithValues: whole.map { ("Tests/\($0)/", [""]) })
        // It only speaks of threads.
        kept["Tests/TidyTests/"] = nil
        for match in script.matches(of: /\^(\w+)\[\.\]\([?][!]([^)]*)\)/) {
            kept["Tests/\(match.1)/"] = match.2.split(separator: "|").map {
                "/" + $0.prefix { $0 != "/" } + ".swift"
            }
        }
        let starts =
            #/
            \b(Thread | DispatchQueue | concurrentPerform | withTaskGroup | MigrationEngine | CaptureDriver
                | ChildProcess)\b
            /#
        #expect(kept.count >= 8)
        for (folder, suites) in kept {
            let files = repository.texts.filter { $0.path.hasPrefix(folder) && $0.path.hasSuffix(".swift") }
            #expect(!files.isEmpty, "scripts/sanitize names \(folder), which is not there")
            for file in files where !suites.contains(where: { !$0.isEmpty && file.path.hasSuffix($0) }) {
                #expect(
                    !file.text.contains(starts),
                    "\(file.path) starts threads, and scripts/sanitize keeps it from the thread sanitizer")
            }
        }
    }

    @Test func everyTestRuns() {
        expectTidy(repository.swift(under: "Tests").flatMap(ConstructRules.skipping))
    }

    @Test func nothingIsLeftUnfinished() { expectTidy(repository.swift.flatMap(ConstructRules.unfinished)) }

    @Test func importsFollowTheFlow() {
        let targets = repository.manifest.targets.filter {
            $0.kind != "systemLibrary" && $0.path.hasPrefix("Sources/")
        }
        expectTidy(
            targets.flatMap { target in
                repository.swift(under: target.path).flatMap {
                    ImportRules.findings($0, target: target.name, places: Architecture.places)
                }
            })
    }

    @Test func theArchitectureKeepsItsOwnLaws() {
        expectTidy(Architecture.lawlessPlaces(Architecture.places))
    }

    @Test func theManifestFollowsTheFlow() {
        expectTidy(ManifestRules.order(repository.manifest))
        expectTidy(ManifestRules.dependencies(repository.manifest, places: Architecture.places))
    }

    @Test func packagesComeFromOneHost() { expectTidy(ManifestRules.hosts(repository.manifest)) }

    @Test func everyFileIsBuilt() {
        expectTidy(repository.swift.flatMap { ManifestRules.dead($0, manifest: repository.manifest) })
        expectTidy(ManifestRules.emptyTargets(repository.manifest, paths: repository.texts.map(\.path)))
    }

    @Test func gitTracksNothingThatTheBuildMakes() throws {
        expectTidy(ManifestRules.made(try repository.trackedPaths() ?? []))
    }

    @Test func filesAreNamedAfterTheirType() {
        expectTidy(repository.swift(under: "Sources").flatMap(TypeRules.fileName))
    }

    @Test func aFileHoldsOneType() {
        let measured = repository.swift(under: "Sources").map(TypeRules.crowded)
            .reduce(into: [:]) { $0.merge($1, uniquingKeysWith: max) }
        expectTidy(
            Ratchet.findings(
                measured: measured, allowed: Allowances.crowdedFiles,
                advice:
                    "types at the top of one file: nest what belongs to one, give the others files of their own"
            ))
    }

    @Test func everyPublicDeclarationIsDocumented() {
        expectTidy(repository.swift(under: "Sources").flatMap(DocumentationRules.undocumented))
    }

    @Test func documentsNameFilesThatExist() {
        expectTidy(
            documents.flatMap { document in
                DocumentationRules.deadPaths(document, exists: repository.holds)
                    + DocumentationRules.deadLinks(document, exists: repository.holds)
            })
    }

    @Test func everyFailureNamesATestThatExistsOrSaysWhyNot() throws {
        let table = try #require(documents.first { $0.path == "docs/FAILURES.md" })
        let tests = Dictionary(
            uniqueKeysWithValues: repository.swift(under: "Tests").map {
                ($0.path, FailureRules.tests(in: $0))
            })
        #expect(FailureRules.rows(of: table).count > 50)
        expectTidy(FailureRules.missingTests(table, tests: tests) + FailureRules.silentRows(table))
    }

    @Test func decisionsSayWhatWouldChangeThem() {
        let records = documents.filter { $0.path.hasPrefix("docs/decisions/0") }
        #expect(!records.isEmpty)
        expectTidy(records.flatMap(DocumentationRules.incompleteDecision))
    }

    @Test func textsNameNoMachine() { expectTidy(repository.texts.flatMap(WordRules.machinePaths)) }

    private var documents: [TextFile] {
        repository.texts.filter { $0.path.hasSuffix(".md") }
    }
}

/// Fails with every finding on a line of its own.
func expectTidy(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
    let report = findings.map(\.description).joined(separator: "\n")
    #expect(findings.isEmpty, "\(findings.count) to put right:\n\(report)", sourceLocation: sourceLocation)
}
