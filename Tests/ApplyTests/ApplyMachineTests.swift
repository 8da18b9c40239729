import Apply
import ChangeLog
import Model
import Testing

@Suite struct ApplyMachineTests {
    private func entry(_ offset: UInt64, epoch: UInt64 = 1) -> LedgerEntry {
        LedgerEntry(
            epoch: Epoch(epoch), offset: LogOffset(offset), position: Position(offset * 10), mapping: "m")
    }

    private func claimed() -> ApplyMachine {
        var machine = ApplyMachine()
        machine.handle(.claimed(entry(0)))
        return machine
    }

    @Test func claimsBeforeItApplies() {
        var machine = ApplyMachine()
        #expect(machine.next(jitter: 0) == .claim)
        machine.handle(.claimed(entry(3)))
        #expect(machine.next(jitter: 0) == .apply(from: entry(3)))
        machine.handle(.committing(entry(4)))
        machine.handle(.applied(entry(4)))
        #expect(machine.next(jitter: 0) == .apply(from: entry(4)))
    }

    @Test func waitsLongerAfterEachFailureWithinBounds() {
        var machine = claimed()
        var previous = Duration.zero
        for failure in 1...30 {
            machine.handle(.failed(.retry))
            #expect(machine.failuresInARow == failure)
            guard case .wait(let least) = machine.next(jitter: 0),
                case .wait(let most) = machine.next(jitter: 1)
            else {
                Issue.record("no wait after failure \(failure)")
                return
            }
            #expect(least >= .milliseconds(5) && most <= .seconds(5) && least < most)
            #expect(most >= previous)
            previous = most
            machine.handle(.waited)
            #expect(machine.next(jitter: 0) == .apply(from: entry(0)))
        }
        #expect(previous == .seconds(5))
        machine.handle(.applied(entry(1)))
        machine.handle(.failed(.retry))
        #expect(machine.next(jitter: 1) == .wait(.milliseconds(10)))
    }

    @Test func anAnswerThatWasLostIsSettledByTheLedger() {
        for (found, next) in [
            (entry(1), ApplyMachine.Action.apply(from: entry(1))), (entry(0), .apply(from: entry(0))),
        ] {
            var machine = claimed()
            machine.handle(.committing(entry(1)))
            machine.handle(.failed(.consultLedger))
            machine.handle(.waited)
            #expect(machine.next(jitter: 0) == .consult)
            machine.handle(.failed(.retry))
            machine.handle(.waited)
            #expect(machine.next(jitter: 0) == .consult, "the ledger is asked until it answers")
            machine.handle(.consulted(found))
            #expect(machine.next(jitter: 0) == next)
        }
    }

    @Test func aLedgerThatIsSomebodyElsesHalts() {
        for found in [entry(1, epoch: 2), entry(0, epoch: 2), entry(2), nil] {
            var machine = claimed()
            machine.handle(.committing(entry(1)))
            machine.handle(.failed(.consultLedger))
            machine.handle(.waited)
            machine.handle(.consulted(found))
            #expect(machine.next(jitter: 0) == .halt)
        }
    }

    @Test func aHaltIsForGood() {
        var machine = claimed()
        machine.handle(.failed(.halt))
        for input: ApplyMachine.Input in [
            .waited, .claimed(entry(1)), .applied(entry(1)), .consulted(entry(1)), .failed(.retry),
        ] {
            machine.handle(input)
            #expect(machine.next(jitter: 0) == .halt)
        }
    }

    @Test func aLostAnswerToAnythingButABatchIsTriedAgain() {
        var machine = ApplyMachine()
        machine.handle(.failed(.consultLedger))
        machine.handle(.waited)
        #expect(machine.next(jitter: 0) == .claim)
        machine.handle(.claimed(entry(2)))
        machine.handle(.failed(.consultLedger))
        machine.handle(.waited)
        #expect(machine.next(jitter: 0) == .apply(from: entry(2)))
    }
}
