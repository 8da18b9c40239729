import TestKit
import Testing

@testable import Apply

/// Numbers instead of keys.
@Suite struct KeyTableTests {
    @Test func givesTheNumbersThatADictionaryWould() {
        var generator = SplitMix64.unseen()
        for expected in [0, 10, 5_000] {
            var table = KeyTable(expecting: expected)
            var known: [[UInt8]: Int] = [:]
            for _ in 0..<2_000 {
                // Few enough to come again, and some that begin with others.
                let key = [UInt8](
                    repeating: UInt8.random(in: 0...3, using: &generator),
                    count: .random(in: 0...400, using: &generator))
                let wanted = known[key] ?? known.count
                known[key] = wanted
                #expect(table.number(of: key) == wanted, "expecting \(expected)")
            }
            #expect(table.count == known.count && known.count > 500)
            #expect(known.allSatisfy { table[$1].elementsEqual($0) })
            #expect(known.keys.allSatisfy(table.contains) && !table.contains([4]))
        }
    }

    @Test func holdsNothingAtFirst() {
        #expect(!KeyTable(expecting: 7).contains([]))
    }
}
