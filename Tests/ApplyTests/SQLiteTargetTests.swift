import Apply
import Model
import SQLite
import Testing

@testable import SQLiteConnector

@Suite struct SQLiteTargetTests {
    /// SQLite ends the whole transaction when the disk is full: the reason must come through, because it
    /// passes by itself.
    @Test func aFullDiskInsideASavepointIsTriedAgain() throws {
        let store = try SQLiteStore()
        let table = Scene.table("big", "id INTEGER not null, data TEXT", key: ["id"])
        try store.create(table)
        let target = try SQLiteTarget(path: store.path, name: "service")
        try target.connection.execute("PRAGMA max_page_count = 40")
        let access = TableAccess(table: table, columns: [0, 1], key: [0])
        var rows = RowBuffer(columns: 2)
        for number in 0..<400 {
            rows.beginRow()
            RowWriter.integer(Int64(number), &rows.bytes)
            RowWriter.text(String(repeating: "x", count: 1_000), &rows.bytes)
        }
        try target.begin()
        let error = #expect(throws: TargetError.self) {
            try target.savepoint { try target.savepoint { _ = try target.upsert(rows, access) } }
        }
        #expect(error?.code == .unavailable, "\(error?.description ?? "")")
        target.rollback()
        try target.connection.execute("PRAGMA max_page_count = 4000")
        try target.begin()
        #expect(try target.savepoint { try target.upsert(rows, access) }.isEmpty)
        try target.commit()
        #expect(try target.scan(access).count == 400)
    }
}
