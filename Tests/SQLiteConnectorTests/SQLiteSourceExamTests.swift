import TestKit
import Testing

@Suite struct SQLiteSourceExamTests {
    @Test(arguments: [false, true])
    func theSourcePassesItsExam(isClustered: Bool) throws {
        let leftOut = try exerciseChangeSource {
            try SQLiteSourceUnderExam(hasLog: true, isClustered: isClustered)
        }
        #expect(
            leftOut == [
                "transactions come in the order of their commits, not of their writes: "
                    + "SQLite has one writer at a time"
            ])
    }

    @Test func theSourcePassesItsExamWithoutAWriteAheadLog() throws {
        let leftOut = try exerciseChangeSource {
            try SQLiteSourceUnderExam(hasLog: false, isClustered: false)
        }
        #expect(leftOut.count == 1)
    }

    @Test(arguments: [(true, false), (true, true), (false, false)])
    func theRangeReaderPassesItsExam(hasLog: Bool, isClustered: Bool) throws {
        let leftOut = try exerciseRangeReader {
            try SQLiteSourceUnderExam(hasLog: hasLog, isClustered: isClustered)
        }
        #expect(leftOut == [])
    }
}
