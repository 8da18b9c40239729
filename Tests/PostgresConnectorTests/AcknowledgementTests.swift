import Model
import Testing

@testable import PostgresConnector

/// What may be reported to the server, and how numbers of 32 bits and places of the log are read.
@Suite struct AcknowledgementTests {
    @Test func confirmingAPositionReportsTheByteAfterIt() {
        var acknowledgement = Acknowledgement(stored: 100)
        #expect(!acknowledgement.isDue)
        acknowledgement.confirm(Position(150))
        #expect(acknowledgement.isDue)
        #expect(acknowledgement.report() == 151)
        #expect(!acknowledgement.isDue)
    }

    @Test func aReportNeverGoesBack() {
        var acknowledgement = Acknowledgement(stored: 100)
        for position in [50, 99, 120, 110, 120, .max] as [UInt64] {
            acknowledgement.confirm(Position(position))
        }
        #expect(acknowledgement.report() == 121)
        acknowledgement.confirm(.start)
        #expect(!acknowledgement.isDue && acknowledgement.report() == 121)
    }

    @Test func aNumberIsWidenedToTheNearestOne() {
        let turn = UInt64(1) << 32
        #expect(WideTransactionID(near: 3 * turn + 5).widen(7) == 3 * turn + 7)
        #expect(WideTransactionID(near: 3 * turn + 5).widen(.max) == 3 * turn - 1)
        #expect(WideTransactionID(near: 4 * turn - 2).widen(3) == 4 * turn + 3)
        #expect(WideTransactionID(near: 5).widen(.max) == UInt64(UInt32.max))
        #expect(WideTransactionID(near: 0).widen(.max / 2) == UInt64(UInt32.max / 2))
    }

    @Test func theReferenceMovesWithTheStreamOverManyTurns() {
        var ids = WideTransactionID(near: 700)
        var expected: UInt64 = 700
        for _ in 0..<40 {
            expected += 2_000_000_000
            #expect(ids.follow(UInt32(truncatingIfNeeded: expected)) == expected)
        }
    }

    @Test func placesOfTheLogAreReadAndWritten() {
        #expect(LogLocation("16/B374D848")?.value == 0x16_B374_D848)
        #expect(LogLocation("16/B374D848")?.description == "16/B374D848")
        for text in [nil, "", "16", "16/", "x/1", "1/2/3", "123456789/1"] {
            #expect(LogLocation(text) == nil)
        }
        #expect(LogLocation(8_192 + 24).beforePageHead(of: 8_192).value == 8_192)
        #expect(LogLocation(8_192 + 40).beforePageHead(of: 8_192).value == 8_192)
        #expect(LogLocation(8_192 + 48).beforePageHead(of: 8_192).value == 8_192 + 48)
    }
}
