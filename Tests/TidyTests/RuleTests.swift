import Testing

/// Each rule, on a snippet that breaks it and on its tidy twin: a check that cannot fail checks nothing.
@Suite struct RuleTests {
    private func file(_ text: String, at path: String = "Sources/A/A.swift") -> SwiftFile {
        SwiftFile(path: path, text: text)
    }

    @Test func findsALongFile() {
        #expect(LengthRules.fileLength(file(String(repeating: "\n", count: 401))).count == 1)
        #expect(LengthRules.fileLength(file(String(repeating: "\n", count: 400))).isEmpty)
    }

    @Test func findsAWideLine() {
        let narrow = String(repeating: "é", count: 110)
        #expect(LengthRules.lineWidth(file("\n\(narrow)x\n")).map(\.line) == [2])
        #expect(LengthRules.lineWidth(file("\n\(narrow)\n")).isEmpty)
    }

    @Test func aLiteralAloneOnItsLineMayBeWider() {
        let words = String(repeating: "a", count: 120)
        #expect(LengthRules.lineWidth(file("    hint: \"\(words)\"),")).isEmpty)
        #expect(LengthRules.lineWidth(file("    let a = \"\(words)\"")).count == 1)
        #expect(LengthRules.lineWidth(file("    \"\(words)\(words)\"")).count == 1)
    }

    @Test(arguments: ["func a()", "init()", "var a: Int"])
    func findsALongFunction(head: String) {
        func body(_ lines: Int) -> SwiftFile {
            file("\(head) {\n" + String(repeating: "    x()\n", count: lines - 2) + "}\n")
        }
        #expect(Array(LengthRules.longFunctions(body(71)).values) == [71])
        #expect(LengthRules.longFunctions(body(70)).isEmpty)
    }

    @Test func aRatchetTurnsOneWay() {
        func count(_ measured: [String: Int], _ allowed: [String: Int]) -> Int {
            Ratchet.findings(measured: measured, allowed: allowed, advice: "shorten it").count
        }
        #expect(count(["a": 80], ["a": 80]) == 0)
        #expect(count(["a": 80], [:]) == 1)
        #expect(count(["a": 81], ["a": 80]) == 1)
        #expect(count(["a": 79], ["a": 80]) == 1)
        #expect(count([:], ["a": 80]) == 1)
    }

    @Test(arguments: [
        "class LogManager {}", "enum URLHelper {}", "struct BaseRow {}", "typealias RowUtils = Int",
        "struct NewPlan {}",
    ])
    func findsATypeNameThatSaysNothing(text: String) {
        #expect(NameRules.typeNames(file(text)).count == 1)
    }

    @Test(arguments: ["struct Base64 {}", "struct Newline {}", "struct Basement {}", "let manager = 1"])
    func leavesOtherNamesAlone(text: String) {
        #expect(NameRules.typeNames(file(text)).isEmpty)
    }

    @Test func findsAFolderThatSaysNothing() {
        #expect(NameRules.pathNames("Sources/Utils/Row.swift").count == 1)
        #expect(NameRules.pathNames("Sources/Row+Helpers.swift").count == 1)
        #expect(NameRules.pathNames("Sources/Model/Row.swift").isEmpty)
    }

    @Test func findsATestNamedAfterACall() {
        #expect(NameRules.testNames(file("@Test func testApply2() {}")).count == 1)
        #expect(NameRules.testNames(file("@Test func apply() {}")).count == 1)
        #expect(NameRules.testNames(file("@Test func refusesABatch() {}")).isEmpty)
    }

    @Test(arguments: [
        "try! a()", "let b = a as! Int", "let b = a!", "let b = a()!.c", "let b = a[0]!", "var a: Int!",
    ])
    func findsWhatIsForced(text: String) {
        #expect(ConstructRules.forced(file(text)).count == 1)
    }

    @Test(arguments: ["if a != b {}", "let a = !b", "f(!a)", "let a = \"b!\"", "// a!", "if a == !b, !c {}"])
    func leavesNegationAlone(text: String) {
        #expect(ConstructRules.forced(file(text)).isEmpty)
    }

    @Test(arguments: [
        "fatalError(\"no\")", "Task.detached { }", "Task { await a() }", "Task {\n}",
    ])
    func findsWhatIsBanned(text: String) {
        #expect(ConstructRules.banned(file(text)).count == 1)
        #expect(ConstructRules.banned(file("// \(text)")).isEmpty)
    }

    @Test(arguments: [
        "extension A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1", "let a = try? b()",
        "let q: DispatchQueue",
    ])
    func findsAWaiverWithoutAReason(text: String) {
        #expect(ConstructRules.unexplained(file("\n\(text)")).count == 1)
        #expect(ConstructRules.unexplained(file("// Only one thread ever holds it.\n\(text)")).isEmpty)
        #expect(ConstructRules.unexplained(file("// Why it holds.\n@frozen\n\(text)")).isEmpty)
        #expect(ConstructRules.unexplained(file("// Why both hold.\n\(text)\n\(text)")).isEmpty)
    }

    @Test func findsALibraryThatPrints() {
        #expect(ConstructRules.printing(file("print(1)")).count == 1)
        #expect(ConstructRules.printing(file("func print(_ a: Int) {}\nprinter.print(a)")).isEmpty)
    }

    @Test(arguments: [
        "try await Task.sleep(for: .seconds(1))", "usleep(10)", "Thread.sleep(forTimeInterval: 1)",
        "sleep(1)",
        "try await ContinuousClock().sleep(for: .seconds(1))",
    ])
    func findsATestThatSleeps(text: String) {
        #expect(ConstructRules.sleeping(file(text)).count == 1)
        #expect(ConstructRules.sleeping(file("let sleeping = asleep(1)")).isEmpty)
        #expect(ConstructRules.sleeping(file("try await manualClock.sleep(until: deadline)")).isEmpty)
    }

    @Test(arguments: ["@Test(.disabled(\"flaky\")) func a() {}", "withKnownIssue { a() }", "throw XCTSkip()"])
    func findsATestThatDoesNotRun(text: String) {
        #expect(ConstructRules.skipping(file(text)).count == 1)
    }

    @Test func findsUnfinishedWork() {
        let mark = "TO" + "DO"
        #expect(ConstructRules.unfinished(file("// \(mark): later")).count == 1)
        #expect(ConstructRules.unfinished(file("let a = \"\(mark)\"\n// nothing to do")).isEmpty)
    }

    @Test func findsAPathOfOneMachine() {
        let path = "/ho" + "me/ada/banyan"
        func findings(_ text: String) -> Int {
            WordRules.machinePaths(TextFile(path: "a.md", text: text)).count
        }
        #expect(findings("see \(path)") == 1)
        #expect(findings("see docs\(path)") == 0)
    }

    @Test func findsAFileNamedAfterSomethingElse() {
        #expect(TypeRules.fileName(file("struct B {}")).count == 1)
        #expect(TypeRules.fileName(file("struct A {}")).isEmpty)
        #expect(TypeRules.fileName(file("extension A.Kind {}", at: "Sources/B/A+text.swift")).isEmpty)
        #expect(TypeRules.fileName(file("extension A {}", at: "Sources/A/A+text.swift")).isEmpty)
        #expect(
            TypeRules.fileName(file("struct OrNode {}\nenum AndNode {}", at: "Sources/A/LogicNodes.swift"))
                .isEmpty)
        #expect(
            TypeRules.fileName(file("struct OrNode {}\nenum And {}", at: "Sources/A/LogicNodes.swift")).count
                == 1)
        #expect(TypeRules.fileName(file("func decode() {}", at: "Sources/A/decode.swift")).isEmpty)
    }

    @Test func countsTheTypesOfAFile() {
        #expect(TypeRules.crowded(file("struct A {}\nenum B {}\nprotocol C {}")) == ["Sources/A/A.swift": 3])
        #expect(
            TypeRules.crowded(file("struct A { enum B {} }\nprivate struct C {}\nextension A {}")).isEmpty)
    }

    @Test(arguments: [
        "public func a() {}", "package struct A {}", "public struct A {\n}", "@frozen\npublic enum A {}",
        "public init() {}",
        "/// P.\npublic protocol P {\n    func a()\n}",
    ])
    func findsAnUndocumentedDeclaration(text: String) {
        #expect(DocumentationRules.undocumented(file("\n\(text)")).count == 1)
    }

    @Test(arguments: [
        "func a() {}", "/// A.\n@frozen\npublic enum A {}", "public import A", "public extension A {}",
        "/// P.\npublic protocol P {\n    /// A.\n    func a()\n}",
    ])
    func leavesDocumentedDeclarationsAlone(text: String) {
        #expect(DocumentationRules.undocumented(file("\n\(text)")).isEmpty)
    }

    @Test func findsADocumentThatPointsNowhere() {
        let document = TextFile(
            path: "docs/A.md", text: "`Sources/Gone.swift` and [b](../B.md), [c](https://c.example)")
        #expect(DocumentationRules.deadPaths(document) { _ in false }.count == 1)
        #expect(DocumentationRules.deadLinks(document) { $0 != "B.md" }.count == 1)
        #expect(DocumentationRules.deadPaths(document) { _ in true }.isEmpty)
        #expect(DocumentationRules.deadLinks(document) { $0 == "B.md" }.isEmpty)
    }

    @Test func findsAFailureWithoutItsTest() {
        func table(_ cell: String) -> TextFile {
            TextFile(
                path: "docs/F.md",
                text: "| wrong | design | test |\n|---|---|---|\n| a | `Pump` | \(cell) |\n")
        }
        let test = file(
            "@Test(arguments: [1]) func aThingHappens() {}\nfunc aHelperOfIt() {}", at: "Tests/A.swift")
        let tests = ["Tests/A.swift": FailureRules.tests(in: test), "Tests/B.swift": []]
        func missing(_ cell: String) -> Int { FailureRules.missingTests(table(cell), tests: tests).count }
        #expect(missing("`aThingHappens` in `Tests/A.swift`") == 0)
        #expect(missing("`aThingHappens` in `Tests/B.swift`") == 1)
        #expect(missing("`aThingHappens`") == 1)
        #expect(missing("`aHelperOfIt` in `Tests/A.swift`") == 1)
        #expect(missing("`Pump.read`, `PRAGMA`, `key`") == 0)
        func silent(_ cell: String) -> Int { FailureRules.silentRows(table(cell)).count }
        #expect(silent("nothing") == 1)
        #expect(silent("**open**: nothing") == 0)
        #expect(silent("**not applicable**: no such thing") == 0)
        #expect(silent("`aThingHappens` in `Tests/A.swift`") == 0)
        #expect(FailureRules.rows(of: table("x")).map(\.line) == [3])
    }

    @Test func findsADecisionWithoutItsEnd() {
        let record = TextFile(
            path: "docs/decisions/0001-a.md", text: "## Context\n## Decision\n## Consequences\n")
        #expect(DocumentationRules.incompleteDecision(record).count == 1)
    }
}
