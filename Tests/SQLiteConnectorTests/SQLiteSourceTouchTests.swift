import Testing

@testable import SQLiteConnector

@Suite struct SQLiteSourceTouchTests {
    private let a: [UInt8] = [1]
    private let b: [UInt8] = [2]

    @Test func theNextWordAboutTheKeyDecides() {
        var resolver = SQLiteTouchResolver(after: 0)
        resolver.touch(a, at: 1)
        resolver.change(before: nil, after: a, at: 2)
        resolver.touch(a, at: 3)
        resolver.change(before: a, after: a, at: 4)
        resolver.touch(a, at: 5)
        resolver.change(before: a, after: nil, at: 6)
        resolver.touch(a, at: 7)
        resolver.change(before: b, after: a, at: 8)
        resolver.touch(a, at: 9)
        resolver.touch(a, at: 10)
        resolver.touch(b, at: 11)
        #expect(!resolver.isSettled)
        resolver.settle(a, exists: false)
        resolver.settle(b, exists: true)
        #expect(resolver.isSettled)
        let verdicts = [1, 3, 5, 7, 9, 10, 11].map { Self.take(&resolver, $0) }
        #expect(verdicts == [.deleted, .existed, .existed, .deleted, .existed, .deleted, .existed])
        let verdict1 = resolver.take(1)
        #expect(verdict1 == nil)
    }

    @Test func holdsNoMoreThanItsCapacityAndAlwaysTheOneAskedFor() {
        var resolver = SQLiteTouchResolver(after: 0, capacity: 2)
        for seq in 1...5 { resolver.touch([UInt8(seq)], at: Int64(seq)) }
        #expect(resolver.unsettled.count == 2)
        for name in resolver.unsettled { resolver.settle(name, exists: true) }
        let none = resolver.take(4)
        #expect(none == nil)
        resolver.rewind(before: 4)
        for seq in 4...5 { resolver.touch([UInt8(seq)], at: Int64(seq)) }
        for name in resolver.unsettled { resolver.settle(name, exists: false) }
        let verdict4 = resolver.take(4)
        #expect(verdict4 == .deleted)
    }

    private static func take(_ resolver: inout SQLiteTouchResolver, _ seq: Int64) -> SQLiteTouchResolver
        .Verdict?
    {
        resolver.take(seq)
    }
}
