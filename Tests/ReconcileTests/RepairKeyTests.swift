import Migration
import Plan
import Reconcile
import Testing

/// Aggregates of several kinds may have the same legacy keys.
@Suite struct RepairKeyTests {
    @Test func whatIsRepairedOfOneKindLeavesOthersOfThatKeyAlone() throws {
        let shop = try Workshop()
        try shop.run(
            "UPDATE customer SET name = 'x' WHERE number = 5; UPDATE orders SET note = 'x' WHERE number = 5",
            on: shop.service)
        let plan = try shop.plan()
        let context = try #require(plan.contexts.first)
        _ = try RequestDesk(plan: plan).perform(.recomputeSome(of: "orders", keys: ["5"]), in: context)
        let left = try shop.compare().discrepancies.map { "\($0.of) \($0.legacyKey ?? "")" }
        #expect(left == ["customer 5"])
        _ = try RequestDesk(plan: plan).perform(.recomputeSome(of: "customer", keys: ["5"]), in: context)
        #expect(try shop.compare().isClean)
    }
}
