import TestKit
import Testing

@Suite struct TargetExamTests {
    @Test func theSQLiteTargetPassesItsExam() throws {
        try exerciseTargetStore { try SQLiteStore() }
    }

    @Test func thePostgresTargetPassesTheSameExam() throws {
        try exerciseTargetStore { try PostgresStore() }
        // Also where every write is first tried as a copy.
        try exerciseTargetStore { try PostgresStore(triedRows: 1) }
    }

    @Test func theMemoryTargetPassesTheSameExam() throws {
        try exerciseTargetStore { MemoryDatabase() }
    }
}
