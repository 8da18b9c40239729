import TestKit
import Testing

@Suite struct PostgresSourceExamTests {
    @Test func theSourcePassesItsExam() throws {
        let leftOut = try exerciseChangeSource { try PostgresSourceUnderExam() }
        #expect(
            leftOut.map { $0.prefix { $0 != ":" } } == [
                "a replaced row is deleted before the other is inserted",
                "the current position is that of the last commit", "the backlog counts down to zero",
                "a database put back to an earlier end is refused",
                "a database that went another way is refused",
            ])
    }

    @Test func theRangeReaderPassesItsExam() throws {
        #expect(try exerciseRangeReader { try PostgresSourceUnderExam() } == [])
    }
}
