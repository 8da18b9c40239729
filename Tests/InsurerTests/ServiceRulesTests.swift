import Foundation
import SQLite
import Testing

/// The rules that the example's store keeps by itself.
@Suite struct ServiceRulesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "examples/insurer")

    /// A date that no calendar has is refused whatever SQLite's own functions make of it.
    @Test(arguments: [("2026-02-28", true), ("2026-02-30", false), ("2026-13-01", false), ("soon", false)])
    func aDateThatDoesNotExistIsRefused(_ date: String, isTaken: Bool) throws {
        let store = try SQLiteConnection(path: ":memory:", access: .create)
        try store.execute(
            try String(contentsOf: Self.folder.appending(path: "service.sql"), encoding: .utf8))
        var isRefused = false
        do {
            try store.execute(
                """
                INSERT INTO endorsement VALUES ('00000000-0000-0000-0000-000000000000', 'P-1', 1, 'DE',
                    'home', 'unspecified', NULL, '\(date)', 'requested', 0)
                """)
        } catch let error as SQLiteError {
            isRefused = error.recovery == .quarantine
        }
        #expect(isRefused != isTaken)
    }
}
