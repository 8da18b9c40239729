import Exceptions
import Plan
import Reconcile
import Testing

/// What passes see becomes cases, and what they have judged ends them.
@Suite struct ExceptionBookTests {
    /// Cases in memory.
    private final class Shelf: ExceptionStore {
        private var cases: [ExceptionCase] = []

        func exceptions(of context: String?, withClosed: Bool) -> [ExceptionCase] {
            cases.filter { withClosed || $0.state != .closed }
        }

        func exception(_ number: Int) -> ExceptionCase? { cases.first { $0.number == number } }

        func exception(of context: String, identity: String) -> ExceptionCase? {
            cases.first { $0.identity == identity }
        }

        func keep(_ one: ExceptionCase) -> Int {
            if let place = cases.firstIndex(where: { $0.number == one.number && one.number > 0 }) {
                cases[place] = one
                return one.number
            }
            var kept = one
            kept.number = cases.count + 1
            cases.append(kept)
            return kept.number
        }
    }

    /// A row that agrees with a copy that is wrong itself is not verified by that.
    @Test func whatIsComputedFromAWrongCopyVerifiesNothing() throws {
        let shop = try Workshop()
        let shelf = Shelf()
        var pass = 0
        func take() throws -> [ExceptionState] {
            pass += 1
            let time = Int64(pass) * 10
            let context = try #require(try shop.plan().contexts.first)
            try ExceptionBook(context).take(
                try shop.compare(), pass: pass, began: time, at: time + 1, into: shelf)
            return shelf.exceptions(of: nil, withClosed: true).map(\.state)
        }
        try shop.run("UPDATE orders SET note = 'wrong' WHERE number = 5", on: shop.service)
        #expect(try take() == [.open])
        try shop.run("UPDATE banyan_mirror_shop_ord SET note = 'wrong' WHERE ono = 5", on: shop.service)
        #expect(try take() == [.open, .open])
        try shop.run(
            """
            UPDATE banyan_mirror_shop_ord SET note = 'order 5' WHERE ono = 5;
            UPDATE orders SET note = 'order 5' WHERE number = 5;
            """, on: shop.service)
        #expect(try take() == [.verified, .verified])
    }
}
