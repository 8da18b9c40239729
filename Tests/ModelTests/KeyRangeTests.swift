import Model
import Testing

@Suite struct KeyRangeTests {
    @Test func aBucketHoldsTheKeysThatAreTheSameWithoutItsBits() {
        #expect(KeyRange.all.bucket(3, shift: 6) == KeyRange(after: 191, through: 255))
        #expect(KeyRange.all.bucket(-1, shift: 6) == KeyRange(after: -65, through: -1))
        #expect(KeyRange(after: 200, through: 230).bucket(3, shift: 6) == KeyRange(after: 200, through: 230))
        #expect(KeyRange.all.bucket(0, shift: 0) == KeyRange(after: -1, through: 0))
        // At the ends of the numbers there is nothing before, and nothing after.
        #expect(KeyRange.all.bucket(.min >> 6, shift: 6) == KeyRange(after: nil, through: .min + 63))
        #expect(KeyRange.all.bucket(.max >> 6, shift: 6) == KeyRange(after: .max - 64, through: .max))
    }

    @Test func aKeyOfOneWholeNumberIsThatNumber() {
        for number in [Int64.min, -1, 0, 1, 300, .max] {
            #expect(Key(wholeNumber: number).wholeNumber == number)
        }
        var pair = Key(wholeNumber: 1)
        pair.bytes += Key(wholeNumber: 2).bytes
        #expect(pair.wholeNumber == nil && Key(bytes: []).wholeNumber == nil)
    }

    /// Whatever differs has another hash, and so has the same row under another key.
    @Test func rowsHashApart() {
        var generator = SeededGenerator()
        var seen: Set<UInt64> = []
        var count = 0
        for length in 0..<40 {
            let row = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            for seed in 0..<4 as Range<UInt64> {
                seen.insert(RowHash.hash(row, seed: seed))
                count += 1
            }
            for place in row.indices {
                var other = row
                other[place] ^= 1 << UInt8(generator.next() % 8)
                seen.insert(RowHash.hash(other, seed: 0))
                count += 1
            }
            seen.insert(RowHash.hash(row + [0], seed: 0))
            count += 1
        }
        #expect(seen.count == count)
    }
}
