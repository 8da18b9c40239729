import Exceptions
import Model
import Plan
import Reconcile
import TestKit
import Testing

@testable import Migration

/// Evidence says when nobody could have signed, and any byte that was changed.
@Suite struct EvidenceTests {
    private func comparison(different: Int = 0, unjudged: Int = 0) -> Certificate.Comparison {
        Certificate.Comparison(
            aggregate: "order", compared: 30, missing: 0, extra: 0, different: different, unjudged: unjudged,
            quarantined: 0, digest: "cd")
    }

    private static let totals = [
        Evidence.TotalRule(name: "premium", legacy: "SELECT 1 < 2", service: "", tolerance: "0")
    ]

    private func certificate(
        _ compared: Certificate.Comparison, service: [[String?]] = [["1"]], legacy: [[String?]] = [["1"]],
        beganAt: Int64? = 500
    ) throws -> Certificate {
        let total = try TotalComparison(
            CheckedTotal(name: "premium", legacy: "", service: "", tolerance: "0"),
            legacy: QueryTable(rows: legacy), service: QueryTable(rows: service), at: Position(11))
        return try Certificate(
            Certificate.Body(
                migration: "shop – é", context: "shop", mapping: "m", tool: "t", frontier: Position(12),
                history: [
                    ChunkCertificate(
                        context: "shop", table: "orders", number: 0, keyAfter: nil, keyThrough: nil,
                        low: Position(5), high: Position(9), frontier: Position(7), rowsRead: 10,
                        rowsDropped: 2, digest: "ab", isLast: true)
                ], compared: [compared], totals: [total],
                rules: try Evidence.Rules(fields: [], totals: Self.totals).digest(), beganAt: beganAt,
                previous: nil))
    }

    private func exception() -> ExceptionCase {
        let found = Discrepancy(
            of: "order", .content, key: Key(bytes: [1]), legacyKey: "7",
            fields: [
                FieldDifference(
                    field: "customer", legacy: "Ada</script>\u{1F600}\\u003c <\u{338}", service: nil)
            ],
            frontier: Position(12))
        return ExceptionCase(found, in: "shop", isMaterial: false, owner: nil, pass: 3, at: 100)
    }

    private func body(_ certificate: Certificate, _ exceptions: [ExceptionCase] = []) -> Evidence.Body {
        Evidence.Body(
            migration: "shop – é", context: "shop", tool: "t", signedBy: "carl", signedAt: 1_000,
            because: "a <b> & \"c\"", from: nil, until: nil, rules: [],
            totals: Self.totals, pass: 3, certificate: certificate, passes: [], exceptions: exceptions,
            auditEntries: 7,
            auditDigest: "ef")
    }

    @Test func whatSpeaksAgainstASignatureIsSaid() throws {
        #expect(try body(certificate(comparison())).objections().isEmpty)
        var accepted = exception()
        try accepted.decide(ExceptionDecision(.accept, by: "ben", at: 200, because: "x"))
        #expect(try body(certificate(comparison(different: 1)), [accepted]).objections().isEmpty)
        var waived = exception()
        try waived.decide(ExceptionDecision(.waive(until: 900), by: "ben", at: 200, because: "x"))
        let differs = try certificate(comparison(different: 1))
        let left = "pass 3 found 1 differences, and 0 of them are waived or accepted"
        #expect(try body(differs, [waived]).objections() == [left])
        #expect(try body(differs).objections() == [left])
        #expect(
            try body(certificate(comparison()), [exception()]).objections()
                == ["nobody has decided about 1 exceptions, the first is 0"])
        #expect(
            try body(certificate(comparison(unjudged: 2))).objections()
                == ["pass 3 could not judge 2 keys"])
        #expect(
            try body(certificate(comparison(), service: [["2"]])).objections()
                == ["the total premium is different"])
        var own = body(differs, [accepted])
        own.signedBy = "ben"
        #expect(try own.objections() == ["ben has decided about exception 0, so somebody else signs"])
    }

    /// Who wanted it and who approved it have decided, and so have neither signed.
    @Test func whoeverApprovedADecisionDoesNotSign() throws {
        let found = exception().discrepancy
        var material = ExceptionCase(found, in: "shop", isMaterial: true, owner: nil, pass: 3, at: 100)
        try material.decide(ExceptionDecision(.accept, by: "ben", at: 200, because: "x"))
        try material.approve(by: "carl", among: ["carl"], at: 300)
        var signed = body(try certificate(comparison(different: 1)), [material])
        #expect(
            try signed.objections() == ["carl has decided about exception 0, so somebody else signs"])
        signed.signedBy = "ben"
        #expect(try signed.objections() == ["ben has decided about exception 0, so somebody else signs"])
        signed.signedBy = "dora"
        #expect(try signed.objections().isEmpty)
    }

    /// What is signed is what the pass compared, not what a plan says today.
    @Test func onlyWhatWasComparedIsSigned() throws {
        var other = body(try certificate(comparison()))
        other.totals[0].tolerance = "1000"
        #expect(
            try other.objections() == ["pass 3 compared by other rules or totals than the plan has now"])
        let empty = body(try certificate(comparison(), service: [], legacy: []))
        #expect(try empty.objections() == ["no total has given a figure"])
        var late = body(try certificate(comparison()))
        late.signedAt = 500 + 86_400_000_001
        #expect(try late.objections() == ["pass 3 began more than a day before"])
        late.signedAt = 499
        #expect(try late.objections() == ["pass 3 began later than it is signed, by the clocks"])
        let old = body(try certificate(comparison(), beganAt: nil))
        #expect(try old.objections() == ["pass 3 does not say when it compared"])
    }

    /// In the JSON and in the page, at every place.
    @Test(arguments: [false, true]) func noByteCanBeChanged(isPage: Bool) throws {
        var accepted = exception()
        try accepted.decide(ExceptionDecision(.accept, by: "ben", at: 200, because: "x"))
        let evidence = try Evidence(body(try certificate(comparison(different: 1)), [accepted]))
        let text = isPage ? try EvidencePage.text(evidence) : try evidence.text() + "\n"
        #expect(Evidence.isMeant(by: text))
        #expect(Evidence.check(text: text) == .accept)
        let bytes = Array(text.utf8)
        var generator = SplitMix64.unseen()
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= UInt8(truncatingIfNeeded: generator.next() % 127 + 1)
            #expect(
                Evidence.check(text: String(decoding: changed, as: UTF8.self)) != .accept,
                "byte \(place) from \(bytes[place]) to \(changed[place]), seed \(generator.seed)")
            guard place < bytes.count - 1 else { continue }
            #expect(Evidence.check(text: String(decoding: bytes[..<place], as: UTF8.self)) != .accept)
        }
        #expect(Evidence.check(text: text + " ") != .accept)
    }

    /// A digest that was made to match does not help: the pass has its own.
    @Test func whatThePassFoundCannotBeRewritten() throws {
        var forged = body(try certificate(comparison(different: 1)))
        forged.certificate.body.compared[0].different = 0
        let verdict = Evidence.check(text: try Evidence(forged).text() + "\n")
        #expect(verdict == .reject(["the digest of the pass does not match what it found"]))
    }

    @Test func anotherFormatIsNotSupported() throws {
        var later = body(try certificate(comparison()))
        later.format = "banyan-evidence-9"
        let text = try Evidence(later).text()
        #expect(Evidence.isMeant(by: text))
        #expect(Evidence.check(text: text) == .unsupported("banyan-evidence-9"))
        #expect(!Evidence.isMeant(by: try certificate(comparison()).text()))
    }
}
