import Foundation
import PostgresCluster
import TestKit
import Testing

/// A bank under the server's own load: `pgbench` writes as fast as it can while its tables move out, and
/// everything that stands between them is killed, cut or started again.
@Suite struct PgbenchTests {
    @Test func everySumAgreesWhateverIsKilledOnTheWay() throws {
        let bank = try BankUnderLoad()
        _ = try bank.start()
        try bank.startLoad(transactions: 15_000)
        try bank.wait(for: "a part of history") {
            let held = try bank.count("account")
            return held > 0 && held < 100_000
        }
        #expect(try bank.kill() == -SIGKILL)
        try bank.wait(for: "all of history") { try bank.count("account") == 100_000 }
        bank.legacyProxy.interrupt(.reset)
        try bank.waitForProgress()
        bank.serviceProxy.interrupt(.cut)
        try bank.waitForProgress()
        #expect(try bank.kill() == -SIGKILL)
        try bank.waitForProgress()
        bank.service.kill()
        try bank.service.start()
        try bank.waitForProgress()
        #expect(bank.endLoad() == 0)
        // The load does not survive its own server; the engine has to.
        try bank.legacy.stop()
        try bank.legacy.start()
        try bank.startLoad(transactions: 3_000)
        try bank.waitForProgress()
        #expect(try bank.kill() == -SIGKILL)
        #expect(bank.endLoad() == 0)
        #expect(bank.kills == 3)
        bank.engine?.signal(SIGTERM)
        let last = try #require(try bank.engine?.end())
        #expect(last.status == 0, "\(last.errors)")
        let done = try bank.start("--until", "caught-up").end(within: .seconds(240))
        #expect(done.status == 0, "\(done.errors)")
        let (legacy, service) = try bank.digests()
        #expect(service == legacy)
        let sums = try bank.sums()
        #expect(sums[0] != nil && Set(sums.prefix(4)).count == 1 && sums[4] == "0", "\(sums)")
    }
}
