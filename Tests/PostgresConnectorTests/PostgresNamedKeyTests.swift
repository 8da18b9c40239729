import Capture
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// A table that is captured by a key which a plan names.
@Suite struct PostgresNamedKeyTests {
    private func captured(_ rows: String) throws -> (CapturedDatabase, PostgresCapture.Request) {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE t (b text NOT NULL, a int NOT NULL, v text); ALTER TABLE t REPLICA IDENTITY FULL;
            INSERT INTO t VALUES \(rows); CREATE TABLE other (id int PRIMARY KEY)
            """, ["other"])
        var request = PostgresCapture.Request(name: captured.name, tables: ["other", "t"])
        request.keys = ["t": ["a", "b"]]
        try PostgresCapture.install(request, at: captured.address)
        return (captured, request)
    }

    @Test func itsRowsAreKnownByIt() throws {
        let (captured, request) = try captured("('x', 1, 'old')")
        let source = try captured.open(after: nil)
        try captured.app.execute(
            "UPDATE t SET v = 'new'; UPDATE t SET a = 2; INSERT INTO t VALUES ('y', 2, NULL); DELETE FROM t")
        #expect(
            try source.words() == [
                "update t (x, 1, old) (x, 1, new)", "update t (x, 1, new) (x, 2, new)",
                "insert t (y, 2, NULL)", "delete t (x, 2, new)", "delete t (y, 2, NULL)",
            ])
        #expect(source.tables.first { $0.name == "t" }?.key == [1, 0])
        // Without the whole row nothing would say which row it was.
        try captured.app.execute(
            "ALTER TABLE t REPLICA IDENTITY DEFAULT; INSERT INTO t VALUES ('z', 1, NULL)")
        #expect(try source.words().map { $0.hasPrefix("unknown t (") } == [true])
        let obstacles = try PostgresCapture.obstacles(request, at: captured.address)
        #expect(obstacles.contains { $0.remedy == "ALTER TABLE \"public\".\"t\" REPLICA IDENTITY FULL" })
    }

    /// What stands in the log is known by the key that the plan named then.
    @Test func anotherKeyIsRefusedBeforeAnythingIsWritten() throws {
        let (captured, request) = try captured("('x', 1, '')")
        try PostgresCapture.install(request, at: captured.address)
        for key in [["b", "a"], ["a"], nil] {
            var other = request
            other.keys["t"] = key
            let error = #expect(throws: CaptureError.self) {
                try PostgresCapture.install(other, at: captured.address)
            }
            #expect(error?.code == (key == nil ? .unsupported : .schemaChanged), "\(error.debugDescription)")
        }
        try PostgresCapture.install(request, at: captured.address)
    }

    /// Two rows with one key are met wherever a chunk ends.
    @Test(arguments: 1...5) func rowsThatItDoesNotTellApartAreMet(limit: Int) throws {
        let (captured, _) = try captured(
            "('x', 1, ''), ('x', 2, ''), ('x', 3, ''), ('y', 3, ''), ('x', 4, '')")
        func read() throws -> Int {
            let reader = try captured.reader()
            var (rows, last) = (0, Key?.none)
            while true {
                let chunk = try reader.chunk(
                    of: "t", after: last, limit: ChunkLimit(rows: limit, bytes: 1 << 20))
                rows += chunk.batch.changes.count
                if chunk.isLast { return rows }
                last = chunk.lastKey
            }
        }
        #expect(try read() == 5)
        for (b, a) in [("x", 1), ("x", 2), ("x", 3), ("y", 3), ("x", 4)] {
            try captured.app.execute("INSERT INTO t VALUES ('\(b)', \(a), 'twice')")
            let error = #expect(throws: UnreadableTable.self) { try read() }
            #expect(error?.unknown.reason == "table t holds rows that (a, b) does not tell apart")
            try captured.app.execute("DELETE FROM t WHERE v = 'twice'")
        }
    }
}
