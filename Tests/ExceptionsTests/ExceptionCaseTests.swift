import Exceptions
import Model
import Reconcile
import Testing

/// The life of a difference, from being found to being closed.
@Suite struct ExceptionCaseTests {
    private func difference(_ value: String = "b") -> Discrepancy {
        Discrepancy(
            of: "order", .content, key: Key(bytes: [1]), legacyKey: "7",
            fields: [FieldDifference(field: "status", legacy: "a", service: value)], frontier: Position(3))
    }

    private func found(isMaterial: Bool = false, owner: String? = nil) -> ExceptionCase {
        ExceptionCase(difference(), in: "sales", isMaterial: isMaterial, owner: owner, pass: 1, at: 10)
    }

    private func waiver(until: Int64, by: String = "anna", at: Int64 = 20) -> ExceptionDecision {
        ExceptionDecision(.waive(until: until), by: by, at: at, because: "old year")
    }

    @Test func whatIsFoundIsOpenAndWhatThePlanGivesToSomebodyIsAssigned() {
        #expect(found().state == .open)
        let owned = found(owner: "finance")
        #expect(owned.state == .assigned && owned.owner == "finance")
        #expect(owned.history.map(\.what) == ["found", "assigned"])
    }

    @Test func aRepairIsNoVerificationAndOnlyALaterPassIs() throws {
        var one = found()
        try one.repair(by: "anna", at: 20)
        #expect(one.state == .repaired)
        // A pass that was under way then says nothing about it, whatever it saw.
        var early = one
        early.see(difference(), isMaterial: false, pass: 2, began: 15, at: 30)
        #expect(early.state == .repaired)
        early.see(difference(), isMaterial: false, pass: 3, began: 31, at: 40)
        #expect(early.state == .open && early.history.last?.text == "it is still there after its repair")
        one.miss(pass: 2, began: 20, at: 30)
        #expect(one.state == .repaired)
        one.miss(pass: 3, began: 31, at: 40)
        #expect(one.state == .verified)
        one.miss(pass: 4, began: 50 - 5, at: 50)
        #expect(one.state == .closed)
        one.see(difference(), isMaterial: false, pass: 5, began: 60 - 5, at: 60)
        #expect(one.state == .open && one.history.last?.text == "it has come back")
        #expect(one.history.map(\.what) == ["found", "repaired", "verified", "closed", "reopened"])
    }

    @Test func aWaiverEndsOnItsDay() throws {
        var one = found()
        try one.decide(waiver(until: 100))
        #expect(one.state == .waived(until: 100) && !one.state.isUnresolved)
        one.see(difference(), isMaterial: false, pass: 2, began: 99 - 5, at: 99)
        #expect(one.state == .waived(until: 100))
        one.see(difference(), isMaterial: false, pass: 3, began: 100 - 5, at: 100)
        #expect(one.state == .open && one.history.last?.text == "its waiver has ended")
        #expect(throws: ExceptionRefusal.self) { try one.decide(waiver(until: 200, at: 200)) }
    }

    @Test func whatIsAcceptedIsAcceptedAsItIs() throws {
        var one = found(owner: "finance")
        try one.decide(ExceptionDecision(.accept, by: "anna", at: 20, because: "by law"))
        one.see(difference(), isMaterial: false, pass: 2, began: 30 - 5, at: 30)
        #expect(one.state == .accepted)
        one.see(difference("c"), isMaterial: false, pass: 3, began: 40 - 5, at: 40)
        #expect(one.state == .assigned && one.discrepancy.fields[0].service == "c")
    }

    @Test func whatIsMaterialNeedsAnApproverAndNobodyApprovesTheirOwn() throws {
        var one = found(isMaterial: true)
        try one.decide(waiver(until: 100))
        #expect(one.state == .open && one.wanted?.by == "anna")
        #expect(throws: ExceptionRefusal.self) {
            try one.approve(by: "anna", among: ["anna", "ben"], at: 30)
        }
        #expect(throws: ExceptionRefusal.self) {
            try one.approve(by: "carl", among: ["anna", "ben"], at: 30)
        }
        #expect(one.state == .open)
        try one.approve(by: "ben", among: ["anna", "ben"], at: 30)
        #expect(one.state == .waived(until: 100) && one.wanted == nil)
        #expect(throws: ExceptionRefusal.self) { try one.approve(by: "ben", among: ["ben"], at: 31) }
        #expect(one.history.map(\.what) == ["found", "wanted", "approved", "waived"])
    }

    /// What was wanted or approved was so of what had been seen.
    @Test func anotherDifferenceIsNotWhatWasDecidedAbout() throws {
        var waived = found()
        try waived.decide(waiver(until: 100))
        var material = waived
        waived.see(difference("c"), isMaterial: false, pass: 2, began: 25, at: 30)
        #expect(waived.state == .open)
        material.see(difference(), isMaterial: true, pass: 2, began: 25, at: 30)
        #expect(material.state == .open)
        var one = found(isMaterial: true)
        try one.decide(ExceptionDecision(.accept, by: "anna", at: 20, because: "so"))
        one.see(difference("c"), isMaterial: true, pass: 2, began: 25, at: 30)
        #expect(one.wanted == nil && one.history.last?.what == "overtaken")
        #expect(throws: ExceptionRefusal.self) { try one.approve(by: "ben", among: ["ben"], at: 40) }
        // A repair that was approved, and a difference that went away by itself and came back.
        try one.decide(ExceptionDecision(.repair, by: "anna", at: 41, because: "so"))
        try one.approve(by: "ben", among: ["ben"], at: 42)
        #expect(one.isClearedForRepair)
        one.miss(pass: 3, began: 45, at: 50)
        one.see(difference("c"), isMaterial: true, pass: 4, began: 55, at: 60)
        #expect(one.state == .open && !one.isClearedForRepair)
        #expect(throws: ExceptionRefusal.self) { try one.repair(by: "anna", at: 61) }
    }

    @Test func aDayThatIsOverIsNotApproved() throws {
        var one = found(isMaterial: true)
        try one.decide(waiver(until: 30))
        #expect(throws: ExceptionRefusal.self) { try one.approve(by: "ben", among: ["ben"], at: 30) }
    }

    /// Two passes at once: one that began before the other had seen it says nothing about its being gone.
    @Test func aPassThatBeganEarlierVerifiesNothing() {
        var one = found()
        one.miss(pass: 2, began: 9, at: 30)
        #expect(one.state == .open)
        one.miss(pass: 3, began: 31, at: 40)
        #expect(one.state == .verified)
    }

    @Test func whatIsResolvedIsNotDecidedAboutAgain() throws {
        var one = found()
        try one.decide(waiver(until: 100))
        #expect(throws: ExceptionRefusal.self) { try one.decide(waiver(until: 200)) }
        #expect(throws: ExceptionRefusal.self) { try one.assign(to: "x", until: nil, by: "anna", at: 30) }
        #expect(throws: ExceptionRefusal.self) { try one.repair(by: "x", at: 30) }
        one.comment("seen", by: "anna", at: 40)
        #expect(one.history.last?.text == "seen" && one.state == .waived(until: 100))
    }

    /// Whatever passes see and people do, in any order: nothing of the history is lost, a difference that the
    /// last pass saw is only resolved by a decision that holds, and nothing is verified by the pass that saw
    /// it.
    @Test(arguments: 0..<200)
    func nothingIsResolvedByItself(seed: UInt64) {
        var random = Numbers(state: seed)
        var one = found(isMaterial: seed % 2 == 0)
        var (pass, now, steps) = (1, Int64(10), one.history.count)
        for _ in 0..<60 {
            now += Int64.random(in: 1...20, using: &random)
            // What is refused changes nothing.
            let before = one
            switch Int.random(in: 0..<7, using: &random) {
            case 0, 1:
                pass += 1
                one.see(
                    difference(Bool.random(using: &random) ? "b" : "c"), isMaterial: one.isMaterial,
                    pass: pass, began: now - 1, at: now)
                let holds =
                    switch one.state {
                    case .waived(let until): until > now
                    case .accepted: one.discrepancy.fields == before.discrepancy.fields
                    case .repaired: true
                    case .open, .assigned: true
                    case .verified, .closed: false
                    }
                #expect(holds, "\(one.state)")
            case 2:
                pass += 1
                one.miss(pass: pass, began: now - 1, at: now)
            case 3: try? one.decide(waiver(until: now + 50, at: now))
            case 4: try? one.decide(ExceptionDecision(.accept, by: "anna", at: now, because: "so"))
            case 5:
                try? one.approve(
                    by: Bool.random(using: &random) ? "anna" : "ben", among: ["anna", "ben"], at: now)
            default: try? one.repair(by: "anna", at: now)
            }
            #expect(one.history.count >= steps && Array(one.history.prefix(steps)) == before.history)
            steps = one.history.count
            if one.isMaterial, before.state != one.state,
                [.accepted].contains(one.state) || one.state.word == "waived"
            {
                #expect(one.history.suffix(2).first?.by == "ben")
            }
        }
    }

    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}
