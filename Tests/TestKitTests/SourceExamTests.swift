import TestKit
import Testing

/// The exam of the capture side's seams: what is right passes, and nothing that is wrong does.
@Suite struct SourceExamTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func theMemoryDatabasePassesWithNothingLeftOut(seed: UInt64) throws {
        var count = 0
        func make() -> any SourceUnderExam {
            count += 1
            return MemoryLegacy(id: "memory \(count)")
        }
        #expect(try exerciseChangeSource(make, seed: seed) == [])
        #expect(try exerciseRangeReader(make, seed: seed) == [])
    }

    @Test(arguments: SourceFault.allCases)
    func everyFaultIsFound(fault: SourceFault) throws {
        let failure = #expect(throws: ExamFailure.self) { try exam(fault, seed: 7) }
        let isFound = failure?.findings.contains { $0.hasPrefix(fault.question + ":") } ?? false
        #expect(isFound, "\(fault) was found elsewhere: \(failure?.description ?? "nowhere")")
    }

    @Test func aFaultOfOneKindIsFoundByItsQuestionAlone() throws {
        let failure = #expect(throws: ExamFailure.self) { try exam(.dependsOnTheInstance, seed: 7) }
        #expect(failure?.findings.count == 1, "\(failure?.description ?? "")")
    }

    @Test func whatASystemLacksIsNamedAndNotAsked() throws {
        let lacks = Dictionary(uniqueKeysWithValues: SourceAbility.allCases.map { ($0, "not built for it") })
        var count = 0
        func make() -> any SourceUnderExam {
            count += 1
            // Only a system that cannot tell transactions apart may join them.
            return BrokenLegacy(.joinsNeighbours, lacks: lacks, id: "limited \(count)")
        }
        let leftOut = try exerciseChangeSource(make, seed: 7)
        #expect(leftOut.count == 7)
        #expect(leftOut.allSatisfy { $0.hasSuffix(": not built for it") })
        #expect(try exerciseRangeReader(make, seed: 7) == [])
    }

    private func exam(_ fault: SourceFault, seed: UInt64) throws {
        var count = 0
        func make() -> any SourceUnderExam {
            count += 1
            return BrokenLegacy(fault, id: "broken \(count)")
        }
        if fault.isReaders {
            try exerciseRangeReader(make, seed: seed)
        } else {
            try exerciseChangeSource(make, seed: seed)
        }
    }
}
