import TestKit
import Testing

@Suite struct TargetExamTests {
    @Test func theSQLiteTargetPassesItsExam() throws {
        try exerciseTargetStore { try SQLiteStore() }
    }

    @Test func thePostgresTargetPassesTheSameExam() throws {
        try exerciseTargetStore { try PostgresStore() }
    }

    @Test func theMemoryTargetPassesTheSameExam() throws {
        try exerciseTargetStore { MemoryDatabase() }
    }
}
