import CEL
import Foundation
import Testing

@testable import cel_conformance

@Suite struct ConformanceTests {
    /// The language's cases, beside the package or where the environment says.
    private static func cases() throws -> [ConformanceCase] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let variable = ProcessInfo.processInfo.environment["BANYAN_SHARED"]
        let folder = variable.map { URL(fileURLWithPath: $0) } ?? root.appending(path: "../shared")
        let path = folder.appending(path: "cel/open.jsonl").standardizedFileURL.path
        try #require(
            FileManager.default.fileExists(atPath: path),
            "no conformance cases at \(path); set BANYAN_SHARED to the folder that holds cel/open.jsonl")
        return try ConformanceCase.read(path)
    }

    @Test func everyCaseOfTheOfferedSuitesPasses() throws {
        var passed = 0
        for row in try Self.cases() {
            switch row.outcome() {
            case .passed: passed += 1
            case .failed(let reason):
                let isOffered = row.suite != "network_ext" && row.suite != "block_ext"
                #expect(!isOffered, "\(row.id): \(row.expression): \(reason)")
            }
        }
        #expect(passed >= 990)
    }

    @Test func printingAndParsingAgainChangesNothing() throws {
        let environment = Environment()
        for row in try Self.cases() {
            guard let parsed = try? environment.parse(row.expression) else { continue }
            let printed = parsed.expression.description
            #expect(try environment.parse(printed).expression.description == printed, "\(row.id)")
        }
    }

    @Test func whatIsPrintedMeansTheSame() throws {
        for row in try Self.cases() where row.isChecked && row.hasMacros {
            guard case .passed = row.outcome(), let parsed = try? Environment().parse(row.expression) else {
                continue
            }
            guard case .failed(let reason) = row.replacing(parsed.expression.description).outcome() else {
                continue
            }
            Issue.record("\(row.id): \(reason)")
        }
    }
}
