import Model
import Plan
import Reconcile
import TestKit
import Testing

@testable import Migration

@Suite struct CertificateTests {
    private func chunk(
        _ number: Int, _ after: String?, _ through: String?, isLast: Bool = false, table: String = "cust"
    ) -> ChunkCertificate {
        ChunkCertificate(
            context: "shop", table: table, number: number, keyAfter: after, keyThrough: through,
            low: Position(5),
            high: Position(9), frontier: Position(7), rowsRead: 10, rowsDropped: 2, digest: "ab",
            isLast: isLast)
    }

    private var whole: [ChunkCertificate] {
        [chunk(0, nil, "a"), chunk(1, "a", "b"), chunk(2, "b", nil, isLast: true)]
    }

    private func comparison() -> Certificate.Comparison {
        Certificate.Comparison(
            aggregate: "table:cust", compared: 30, missing: 0, extra: 0, different: 0, unjudged: 0,
            quarantined: 0, digest: "cd")
    }

    private func certificate(
        _ history: [ChunkCertificate], _ compared: [Certificate.Comparison]? = nil, frontier: UInt64 = 12,
        totals: [TotalComparison]? = nil
    ) throws -> Certificate {
        try Certificate(
            Certificate.Body(
                migration: "shop – é", context: "shop", mapping: "m", tool: "t", frontier: Position(frontier),
                history: history, compared: compared ?? [comparison()], totals: totals, previous: "ef"))
    }

    private func total(_ legacy: String, _ service: String) throws -> TotalComparison {
        try TotalComparison(
            CheckedTotal(name: "premium", legacy: "", service: "", tolerance: "0.5"),
            legacy: QueryTable(rows: [["auto", legacy]]), service: QueryTable(rows: [["auto", service]]),
            at: Position(11))
    }

    /// What the business wrote decides as well, and a reader that knows no totals does not take the text.
    @Test func totalsDecideToo() throws {
        let equal = try certificate(whole, totals: [total("1", "1.5")])
        #expect(Certificate.check(text: try equal.text()) == .accept)
        #expect(equal.body.format == "banyan-certificate-2")
        let different = try certificate(whole, totals: [total("1", "1.5"), total("1", "1.6")])
        #expect(
            Certificate.check(text: try different.text())
                == .reject(["total premium: 1 of 1 figures differ"]))
        let unasked = TotalComparison(
            CheckedTotal(name: "sum", legacy: "", service: "", tolerance: "0"), reason: "it changed")
        let open = try certificate(whole, totals: [unasked])
        #expect(Certificate.check(text: try open.text()) == .reject(["total sum: it changed"]))
        // What is set aside is said beside the verdict, as it is of rows.
        var aside = try total("1", "3")
        (aside.verdict, aside.reason) = (.setAside, "2 keys are set aside")
        let except = try certificate(whole, totals: [aside])
        #expect(Certificate.check(text: try except.text()) == .accept)
        #expect(except.exceptions == ["total premium: 2 keys are set aside"])
        #expect(try certificate(whole).body.format == "banyan-certificate-1")
    }

    @Test func whatWasIssuedIsAccepted() throws {
        let text = try certificate(whole).text()
        #expect(Certificate.check(text: text) == .accept)
        #expect(Certificate.check(text: text + "\n") == .accept)
    }

    /// What was set aside or waits was not compared: the certificate holds, and says what it leaves out.
    @Test func whatIsNotJudgedIsSaidBesideTheVerdict() throws {
        var comparison = comparison()
        comparison.quarantined = 3
        comparison.pending = 2
        let certificate = try certificate(whole, [comparison, self.comparison()])
        #expect(Certificate.check(text: try certificate.text()) == .accept)
        #expect(
            certificate.exceptions == [
                "table:cust: 3 set aside, not judged", "table:cust: 2 waiting for another row, not judged",
            ])
        // Nothing to say leaves no trace in the text.
        let plain = try self.certificate(whole)
        #expect(plain.exceptions.isEmpty)
        #expect(!(try plain.text().contains("pending")))
    }

    @Test func noByteCanBeChanged() throws {
        let bytes = Array((try certificate(whole, totals: [total("1", "1")]).text() + "\n").utf8)
        var generator = SplitMix64.unseen()
        for place in bytes.indices {
            var values = Set([bytes[place] ^ 1, bytes[place] ^ 0x20, 0x0A, 0x0D, 0x20, 0x30, 0xCD])
            values.insert(UInt8(truncatingIfNeeded: generator.next()))
            for value in values where value != bytes[place] {
                var changed = bytes
                changed[place] = value
                let verdict = Certificate.check(text: String(decoding: changed, as: UTF8.self))
                #expect(
                    verdict != .accept,
                    "byte \(place) from \(bytes[place]) to \(value), seed \(generator.seed)")
            }
            let cut = Array(bytes[..<place])
            if place < bytes.count - 1 {
                #expect(Certificate.check(text: String(decoding: cut, as: UTF8.self)) != .accept)
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        for other in ["\n" + text, text + "\n", text + "\r", text + " ", "\u{FEFF}" + text, text + text] {
            #expect(Certificate.check(text: other) != .accept)
        }
    }

    @Test func anUnknownFormatIsNotJudged() throws {
        let text = try certificate(whole).text().replacing(
            "banyan-certificate-1", with: "banyan-certificate-9")
        #expect(Certificate.check(text: text) == .unsupported("banyan-certificate-9"))
        #expect(Certificate.check(text: #"{"body":{"format":"other"}}"#) == .unsupported("other"))
        #expect(Certificate.check(text: "{}").word == "reject")
        #expect(Certificate.check(text: "").word == "reject")
    }

    @Test func gapsInTheCoverageAreRejected() throws {
        var late = chunk(2, "b", nil, isLast: true)
        late.high = Position(13)
        var early = chunk(1, "a", "b")
        early.frontier = Position(10)
        var foreign = chunk(1, "a", "b")
        foreign.context = "other"
        var dropped = chunk(1, "a", "b")
        dropped.rowsDropped = 11
        let histories: [[ChunkCertificate]] = [
            [], [chunk(0, nil, "a"), chunk(2, "b", nil, isLast: true)],
            [chunk(1, "a", "b"), chunk(2, "b", nil, isLast: true)],
            [chunk(0, nil, "a"), chunk(1, "a", "b")], [chunk(0, "x", "a"), chunk(1, "a", nil, isLast: true)],
            [chunk(0, nil, "a"), chunk(1, "b", nil, isLast: true)],
            [chunk(0, nil, nil), chunk(1, nil, nil, isLast: true)],
            [chunk(0, nil, "a", isLast: true), chunk(1, "a", nil, isLast: true)],
            [chunk(0, nil, "a"), chunk(0, nil, "a"), chunk(1, "a", nil, isLast: true)],
            [chunk(0, nil, "a"), chunk(1, "a", "b"), late],
            [chunk(0, nil, "a"), early, chunk(2, "b", nil, isLast: true)],
            [chunk(0, nil, "a"), foreign, chunk(2, "b", nil, isLast: true)],
            [chunk(0, nil, "a"), dropped, chunk(2, "b", nil, isLast: true)],
            [chunk(0, nil, nil, isLast: true, table: "another")],
        ]
        for history in histories {
            #expect(Certificate.check(text: try certificate(history).text()).word == "reject", "\(history)")
        }
        #expect(Certificate.check(text: try certificate(whole.reversed()).text()) == .accept)
    }

    @Test func anythingButEqualityIsRejected() throws {
        let edits: [(inout Certificate.Comparison) -> Void] = [
            { $0.missing = 1 }, { $0.extra = 1 }, { $0.different = 1 }, { $0.unjudged = 1 },
            { $0.missing = -1 },
        ]
        for edit in edits {
            var comparison = comparison()
            edit(&comparison)
            #expect(Certificate.check(text: try certificate(whole, [comparison]).text()).word == "reject")
        }
        #expect(Certificate.check(text: try certificate(whole, []).text()).word == "reject")
    }
}
