import Capture
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// How much of a table lies in memory while it is read.
@Suite struct PostgresPortionTests {
    @Test(arguments: [1, 100, 3_000, 70_000, 1_000_000, 40_000_000])
    func rowsOfOneSizeComeInPortionsOfOneSize(bytes: Int) {
        var portion = PostgresPortion()
        #expect(portion.rows == 16)
        for _ in 0..<12 { portion.took(bytes: portion.rows * bytes) }
        #expect(portion.rows == 1 || portion.rows * bytes <= PostgresPortion.bytesMax)
        let isFull = portion.rows * 4 * bytes > PostgresPortion.bytesMax
        #expect(isFull || portion.rows == PostgresPortion.rowsMax)
    }

    /// Rows of a megabyte among small ones: chunks end where they should, and every row comes once.
    @Test func wideRowsComeInSmallChunks() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)", ["t"])
        try captured.app.execute(
            """
            ALTER TABLE t ALTER v SET STORAGE EXTERNAL;
            INSERT INTO t SELECT n, repeat('x', CASE WHEN n BETWEEN 1000 AND 1039 THEN 1000000 ELSE 9 END)
            FROM generate_series(1, 2000) n
            """)
        let reader = try captured.reader()
        var (keys, sizes): ([Int64], [Int]) = ([], [])
        var after: Key?
        while true {
            let chunk = try reader.chunk(of: "t", after: after, limit: .init(rows: 700, bytes: 4 << 20))
            for change in chunk.batch.changes {
                let image = try #require(change.after)
                keys.append(OwnedCell.read(Array(chunk.batch.bytes[Int(image)...]), columns: 2)[0].integer)
            }
            sizes.append(chunk.batch.bytes.count)
            guard !chunk.isLast, let last = chunk.lastKey else { break }
            after = last
        }
        #expect(keys == Array(1...2_000))
        #expect(sizes.allSatisfy { $0 <= 4 << 20 } && sizes.count >= 11)
    }
}
