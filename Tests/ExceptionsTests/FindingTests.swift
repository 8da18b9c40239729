import Exceptions
import Model
import Reconcile
import Testing

/// Differences of one shape are one finding.
@Suite struct FindingTests {
    private func one(
        _ number: Int, _ fields: [(String, String?, String?)], kind: Discrepancy.Kind = .content
    ) -> ExceptionCase {
        var found = ExceptionCase(
            Discrepancy(
                of: "order", kind, key: Key(bytes: [UInt8(number)]), legacyKey: nil,
                fields: fields.map { FieldDifference(field: $0.0, legacy: $0.1, service: $0.2) },
                frontier: Position(1)),
            in: "sales", isMaterial: false, owner: nil, pass: 1, at: 1)
        found.number = number
        return found
    }

    @Test func sameFieldsAreOneFindingWhateverTheKeysOfParts() {
        let groups = Finding.groups(of: [
            one(1, [("lines[7].quantity", "1", "2")]), one(2, [("status", "a", "b")]),
            one(3, [("lines[8/9].quantity", "3", "4"), ("lines[1].quantity", "3", "4")]),
            one(4, [], kind: .missing), one(5, [("status", "a", "b"), ("note", nil, "x")]),
        ])
        #expect(groups.map { $0.cases.map(\.number) } == [[1, 3], [5], [2], [4]])
        #expect(groups[0].shape.fields == ["lines[].quantity"])
    }

    @Test func aDefectOfAMappingShowsAsOnePair() {
        let cases = (1...5).map { one($0, [("status", "R", "bound")]) } + [one(9, [("status", "X", "y")])]
        let pairs = Finding.groups(of: cases)[0].commonPairs(3)
        #expect(
            pairs.count == 1 && pairs[0].legacy == "R" && pairs[0].service == "bound" && pairs[0].count == 5)
    }
}
