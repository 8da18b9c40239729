import ChangeLog
import TestKit
import Testing

@Suite struct ExamTests {
    @Test func theEmbeddedLogPassesItsExam() throws {
        try exerciseChangeLog { try EmbeddedLogUnderExam() }
    }

    @Test func theMemoryLogPassesTheSameExam() throws {
        try exerciseChangeLog { MemoryLog() }
    }

    @Test func aMemoryLogWhoseSyncFailedRefusesUntilReopened() throws {
        for reachedDisk in [false, true] {
            let log = MemoryLog()
            let writer = try log.openWriter()
            log.faults.syncFails = reachedDisk
            #expect(throws: LogError.self) { try writer.append([], checkpoint: [1]) }
            #expect(throws: LogError.self) { try writer.append([], checkpoint: [2]) }
            try log.crash()
            #expect(try log.openWriter().checkpoint() == (reachedDisk ? [1] : nil))
        }
    }
}
