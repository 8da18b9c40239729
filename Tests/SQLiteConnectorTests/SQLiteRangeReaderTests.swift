import Capture
import Model
import SQLite
import Testing

@testable import SQLiteConnector

@Suite struct SQLiteRangeReaderTests {
    private func fixture() throws -> SQLiteSourceFixture {
        let fixture = try SQLiteSourceFixture("CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)")
        try fixture.install("t")
        try fixture.app.execute(
            "INSERT INTO t VALUES (1,zeroblob(100)),(2,zeroblob(100)),(3,zeroblob(5000)),(4,zeroblob(10))")
        return fixture
    }

    private func sizes(_ fixture: SQLiteSourceFixture, _ limit: ChunkLimit) throws -> [Int] {
        let reader = try SQLiteRangeReader(path: fixture.path)
        var sizes: [Int] = []
        var chunk = try reader.chunk(of: "t", after: nil, limit: limit)
        while !chunk.isLast, sizes.count < 10 {
            sizes.append(chunk.batch.changes.count)
            chunk = try reader.chunk(of: "t", after: chunk.lastKey, limit: limit)
        }
        return sizes + [chunk.batch.changes.count]
    }

    @Test func aChunkHoldsNoMoreBytesThanItsLimit() throws {
        let fixture = try fixture()
        #expect(try sizes(fixture, .init(rows: 10, bytes: 150)) == [1, 1, 1, 1])
        #expect(try sizes(fixture, .init(rows: 10, bytes: 250)) == [2, 1, 1])
        #expect(try sizes(fixture, .init(rows: 10, bytes: 5_100)) == [2, 2])
        #expect(try sizes(fixture, .init(rows: 10, bytes: 10_000)) == [4])
    }

    @Test func aChunkHasARowEvenWithoutRoomForOne() throws {
        let fixture = try fixture()
        #expect(try sizes(fixture, .init(rows: 10, bytes: 0)) == [1, 1, 1, 1])
        #expect(try sizes(fixture, .init(rows: 0, bytes: 0)) == [1, 1, 1, 1])
        #expect(try sizes(fixture, .init(rows: 3, bytes: 10_000)) == [3, 1])
    }
}
