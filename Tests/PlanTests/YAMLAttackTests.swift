import Foundation
import Plan
import TestKit
import Testing

/// K8: what a hostile or broken YAML text can do, and what it gets.
@Suite struct YAMLAttackTests {
    private func codes(_ text: String) -> [String] {
        PlanLoader.load(Fixture.source(text), environment: [:]).diagnostics.map(\.code)
    }

    private func measured(_ text: String) -> (codes: [String], elapsed: Duration) {
        var found: [String] = []
        let elapsed = computing { found = codes(text) }
        return (found, elapsed)
    }

    @Test func aBombOfAliasesIsRefusedBeforeItIsParsed() {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for (old, new) in zip("abcdefgh", "bcdefghi") {
            bomb += "\(new): &\(new) [" + Array(repeating: "*\(old)", count: 9).joined(separator: ",") + "]\n"
        }
        let (codes, elapsed) = measured(bomb)
        #expect(codes == ["yaml_anchor"])
        #expect(elapsed < .milliseconds(50))
    }

    @Test func aBombAsAKeyIsRefusedBeforeItIsHashed() {
        var bomb = ""
        for (old, new) in zip("abcdefgh", "bcdefghi") {
            bomb +=
                "- &\(new) {? [" + Array(repeating: "*\(old)", count: 9).joined(separator: ",") + "] : x}\n"
        }
        #expect(codes(bomb) == ["yaml_anchor"])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func deepNestingIsRefused(_ opening: String) {
        for count in [40, 5_000, 200_000] {
            let (codes, elapsed) = measured(String(repeating: opening, count: count))
            #expect(codes == ["too_deep"])
            #expect(elapsed < .seconds(2 * Patience.factor))
        }
    }

    @Test func deepIndentationIsRefused() {
        var text = ""
        for depth in 0..<40 { text += String(repeating: " ", count: depth) + "k:\n" }
        #expect(codes(text) == ["too_deep"])
    }

    @Test func aLargeFileIsRefused() throws {
        let bytes = Array(String(repeating: "# x\n", count: 300_000).utf8)
        let error = #expect(throws: PlanDiagnostic.self) {
            try PlanSource.file(name: "plan.yaml", bytes: bytes)
        }
        #expect(error?.code == "too_large")
        #expect(codes(String(repeating: "# x\n", count: 300_000)) == ["too_large"])
    }

    @Test func manyNodesAreRefused() {
        let text = "migration: [" + String(repeating: "a,", count: 60_000) + "a]\n"
        #expect(codes(text) == ["too_many_nodes"])
    }

    @Test func brokenUTF8IsRefusedWithItsPlace() throws {
        let bytes = Array("migration: x\nsystems: ".utf8) + [0xC3, 0x28]
        let error = #expect(throws: PlanDiagnostic.self) {
            try PlanSource.file(name: "plan.yaml", bytes: bytes)
        }
        #expect(error?.code == "not_utf8")
        #expect(error?.location == SourceLocation(file: "plan.yaml", line: 2, column: 10))
    }

    @Test(arguments: [
        ("a: !!python/object:os.system x", "yaml_tag"), ("a: !x {}", "yaml_tag"),
        ("<<: {a: b}", "yaml_merge_key"),
        ("a: 1\n---\nb: 2", "yaml_syntax"), ("a: 1\na: 2", "duplicate_key"), ("? [a]\n: b", "wrong_shape"),
        ("", "empty_plan"),
        ("a:\tb: c", "yaml_syntax"), ("a: \"\\q\"", "yaml_syntax"), ("a: 'x", "yaml_syntax"),
        ("%YAML 9.9\n---\na: b", "yaml_syntax"),
        ("- a", "wrong_shape"), ("a: |\n  text\n b: c", "yaml_syntax"),
    ])
    func whatAPlanMayNotUseIsRefusedByName(_ text: String, _ code: String) {
        #expect(codes(text).contains(code))
    }

    @Test(arguments: [("[", 1, 2), ("a:\n  - {b: c", 2, 10), ("a: 'x", 1, 6), ("a: [\n\n", 3, 1)])
    func whatIsMissingAtTheEndIsMissedInTheText(_ text: String, _ line: Int, _ column: Int) {
        let places = PlanLoader.load(Fixture.source(text), environment: [:]).diagnostics.map(\.location)
        #expect(places == [SourceLocation(file: "plan.yaml", line: line, column: column)])
    }

    @Test func starsAndAmpersandsOfExpressionsAreNoAliases() throws {
        let text = try Fixture.edited([
            ("v.prem_amt - v.prior_prem_amt,", "\"v.prem_amt\n                *v.prior_prem_amt\","),
            ("\"v.txn_code in ['EN', 'EA']\"", ">-\n          v.txn_code in ['EN', 'EA']\n          &&true"),
            ("date(v.eff_dt)", "\"date(v.eff_dt)\"   # see &this and *that"),
        ])
        let (plan, diagnostics) = Fixture.check(text)
        #expect(plan != nil, "\(diagnostics.map { $0.render(source: Fixture.source(text)) })")
    }

    @Test func damagedTextsNeverTrapAndAlwaysSayWhere() throws {
        let text = try Fixture.text("plan.yaml")
        let seed = UInt64.random(in: .min ... .max)
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let pieces = [
            "&a ", "*a ", "!x ", "<<", "[", "]", "{", "}", "'", "\"", "|", ">", ":", "\t", "#", "- ",
            "\u{2028}", "é", "\u{0}",
        ]
        for _ in 0..<150 {
            var scalars = Array(text.unicodeScalars)
            for _ in 0...next(3) {
                let at = next(scalars.count)
                switch next(3) {
                case 0: scalars.remove(at: at)
                case 1: scalars.insert(contentsOf: Array(pieces[next(pieces.count)].unicodeScalars), at: at)
                default: scalars.removeSubrange(at..<min(scalars.count, at + next(40)))
                }
            }
            let damaged = String(String.UnicodeScalarView(scalars))
            let source = Fixture.source(damaged)
            for diagnostic in Fixture.check(damaged).diagnostics {
                #expect(
                    diagnostic.location.line >= 1
                        && diagnostic.location.line <= source.files[0].lines.count, "seed \(seed)")
                #expect(!diagnostic.render(source: source).isEmpty)
            }
        }
    }
}
