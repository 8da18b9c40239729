import Audit
import TestKit
import Testing

/// The exam of the seam: what is right passes, and nothing that is wrong does.
@Suite struct AuditStoreExamTests {
    @Test func theMemoryStorePasses() throws {
        try exerciseAuditStore {
            let disk = MemoryAuditStore.Disk()
            return { MemoryAuditStore(disk) }
        }
    }

    @Test(arguments: MemoryAuditStore.Fault.allCases)
    func everyFaultIsFound(_ fault: MemoryAuditStore.Fault) {
        #expect(throws: ExamFailure.self) {
            try exerciseAuditStore {
                let disk = MemoryAuditStore.Disk()
                return { MemoryAuditStore(disk, fault) }
            }
        }
    }
}
