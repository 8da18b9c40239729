import Foundation
import Plan
import Testing

/// Ten plans with one mistake each, and what is printed for them.
///
/// Run with `BANYAN_RECORD=1` in the environment to write the printed texts, and `docs/PLAN.md`, anew.
@Suite struct RenderingTests {
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: Fixture.folder + "/broken")) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()
    private static let isRecording = ProcessInfo.processInfo.environment["BANYAN_RECORD"] != nil
    private static let document = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/PLAN.md").path

    static func printed(_ name: String) throws -> String {
        let text = try Fixture.text("broken/\(name).yaml")
        return Fixture.check(text).diagnostics.map { $0.render(source: Fixture.source(text)) }.joined(
            separator: "\n")
    }

    @Test func thereAreTenBrokenPlans() {
        #expect(RenderingTests.names.count == 10)
    }

    @Test(arguments: names)
    func aBrokenPlanIsExplained(_ name: String) throws {
        let printed = try RenderingTests.printed(name)
        let path = Fixture.folder + "/broken/\(name).txt"
        if RenderingTests.isRecording { try printed.write(toFile: path, atomically: true, encoding: .utf8) }
        #expect(printed == (try String(contentsOfFile: path, encoding: .utf8)))
    }

    @Test func theReferenceShowsWhatIsPrinted() throws {
        var document = try String(contentsOfFile: RenderingTests.document, encoding: .utf8)
        let begin = "<!-- broken plans: begin -->\n"
        let end = "<!-- broken plans: end -->"
        let start = try #require(document.range(of: begin))
        let stop = try #require(document.range(of: end))
        var section = ""
        for name in RenderingTests.names {
            let title = name.drop { $0.isNumber || $0 == "-" }.replacing("-", with: " ")
            section +=
                "\n#### \(name.prefix(2)) \(title)\n\n```text\n" + (try RenderingTests.printed(name))
                + "```\n"
        }
        section += "\n"
        let shown = String(document[start.upperBound..<stop.lowerBound])
        if RenderingTests.isRecording {
            document.replaceSubrange(start.upperBound..<stop.lowerBound, with: section)
            try document.write(toFile: RenderingTests.document, atomically: true, encoding: .utf8)
        } else {
            #expect(shown == section)
        }
    }

    @Test func theMarkStandsUnderWhatWasFound() throws {
        let text = "migration: x\nsystems:\n  naïve→系: { sqlite: a.db, sqlit: b }\n"
        let (_, diagnostics) = PlanLoader.load(Fixture.source(text), environment: [:])
        let diagnostic = try #require(diagnostics.first { $0.code == "unknown_key" })
        let lines = diagnostic.render(source: Fixture.source(text)).split(separator: "\n").map(String.init)
        #expect(diagnostic.location.column == 28)
        #expect(lines[2] == "   | " + String(repeating: " ", count: 28) + "^~~~~")
    }

    @Test func coloursAreOnlyThereWhenAskedFor() throws {
        let text = try Fixture.text("broken/\(RenderingTests.names[0]).yaml")
        let diagnostic = try #require(Fixture.check(text).diagnostics.first)
        #expect(!diagnostic.render(source: Fixture.source(text)).contains("\u{1B}"))
        #expect(diagnostic.render(source: Fixture.source(text), color: true).contains("\u{1B}[31;1merror:"))
    }

    @Test func controlCharactersOfAPlanDoNotReachTheTerminal() throws {
        let text = "migration: \"a\\e]52;c;x\\a\"\n"
        let (_, diagnostics) = PlanLoader.load(Fixture.source(text), environment: [:])
        let printed = diagnostics.map { $0.render(source: Fixture.source(text)) }.joined()
        #expect(printed.contains("invalid_name"))
        #expect(!printed.contains("\u{1B}") && !printed.contains("\u{7}"))
    }
}
