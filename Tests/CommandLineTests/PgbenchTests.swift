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
        try bank.wait(for: "a part of history") { try bank.count("account") > 0 }
        #expect(try bank.kill() == -SIGKILL)
        // An engine that cannot reach its servers when it starts ends, so it is left in peace until it works.
        let before = try bank.count("account")
        try bank.wait(for: "the next engine") {
            try bank.count("account") > min(before, BankUnderLoad.accounts - 1)
        }
        // Connections break on both sides, each way, as long as history is read.
        var breaks = 0
        while try bank.count("account") < BankUnderLoad.accounts {
            let held = try bank.count("account")
            let kind = breaks % 4 < 2 ? ProxyFault.Kind.reset : .cut
            (breaks % 2 == 0 ? bank.legacyProxy : bank.serviceProxy).interrupt(kind)
            breaks += 1
            try bank.wait(for: "more of history") {
                try bank.count("account") >= min(held + 20_000, BankUnderLoad.accounts)
            }
            guard breaks == 3 else { continue }
            // The load does not survive its own server; the engine has to, in the middle of history.
            try bank.keepLoad()
            try bank.legacy.stop()
            try bank.legacy.start()
            #expect(bank.endLoad() != 0)
            try bank.startLoad(transactions: 12_000)
        }
        #expect(breaks > 3, "history was read with \(breaks) broken connections")
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
        bank.legacy.kill()
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
