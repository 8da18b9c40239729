import CEL
import Expressions
import Model
import Testing

@Suite struct CodeTableTests {
    private func table(_ otherwise: CodeTable.Otherwise = .quarantine) throws -> CodeTable {
        try CodeTable(
            name: "reason",
            entries: [
                .init(old: .text("ADDR"), new: .text("address_change")),
                .init(old: .text("DRVR"), new: .text("named_driver")),
                .init(old: .null, new: .text("unspecified"), because: "region NW writes free text instead"),
            ], otherwise: otherwise)
    }

    private func bench(_ tables: CodeTable..., value: Value = .null, type: CELType = .wrapper(.string))
        -> Workbench
    {
        Workbench(variables: [("x", type, value)], codes: tables)
    }

    @Test func codesAndUncodes() throws {
        let table = try table()
        #expect(try bench(table, value: Value("ADDR")).shown("code('reason', x)") == "'address_change'")
        #expect(try bench(table).shown("code('reason', x)") == "'unspecified'")
        #expect(try bench(table, value: Value("named_driver")).shown("uncode('reason', x)") == "'DRVR'")
        #expect(try bench(table, value: Value("unspecified")).shown("uncode('reason', x)") == "null")
        #expect(try bench(table).type("code('reason', x)") == .string)
        #expect(try bench(table).type("uncode('reason', x)") == .wrapper(.string))
    }

    @Test func anUnknownCodeNamesTheTableAndNotTheValue() throws {
        let bench = bench(try table(), value: Value("S3CRET"))
        let program = try bench.program("code('reason', x)")
        do throws(EvaluationError) {
            _ = try program.evaluate(ArrayBindings([Value("S3CRET")]))
            Issue.record("the code was not refused")
        } catch {
            #expect(error.code == .unknownCode && error.code.rawValue == "unknown_code")
            #expect(error.message.contains("'reason'") && !error.message.contains("S3CRET"))
        }
        #expect(try bench.failure("uncode('reason', x)") == .unknownCode)
    }

    @Test func whatIsNotListedBecomesWhatTheTableSays() throws {
        let kept = bench(try table(.keep), value: Value("OTHER"))
        #expect(try kept.shown("code('reason', x)") == "'OTHER'")
        #expect(try kept.shown("uncode('reason', x)") == "'OTHER'")
        let fallback = bench(try table(.value(.text("other"))), value: Value("OTHER"))
        #expect(try fallback.shown("code('reason', x)") == "'other'")
        #expect(try fallback.shown("code('reason', null)") == "'unspecified'")
        #expect(
            try bench(try table(.value(.text("other"))), value: Value("other")).failure("uncode('reason', x)")
                == .ambiguousCode)
    }

    @Test func aMeaningOfSeveralOldValuesIsReported() throws {
        let entries: [CodeTable.Entry] = [
            .init(old: .text("A"), new: .text("auto")), .init(old: .text("AU"), new: .text("auto")),
            .init(old: .text("H"), new: .text("home")),
        ]
        let table = try CodeTable(name: "product", entries: entries)
        #expect(table.ambiguities.map(\.new) == [.text("auto")])
        #expect(table.ambiguities.first?.old == [.text("A"), .text("AU")])
        #expect(!table.isInvertible)
        #expect(try bench(table, value: Value("auto")).failure("uncode('product', x)") == .ambiguousCode)
        #expect(try bench(table, value: Value("home")).shown("uncode('product', x)") == "'H'")
        var preferred = entries
        preferred[1].isPreferred = true
        let settled = try CodeTable(name: "product", entries: preferred)
        #expect(settled.ambiguities.isEmpty && !settled.isInvertible)
        #expect(try bench(settled, value: Value("auto")).shown("uncode('product', x)") == "'AU'")
        let open = try CodeTable(name: "product", entries: [entries[2]], otherwise: .value(.text("home")))
        #expect(open.ambiguities.first?.old == [.text("H"), nil])
    }

    @Test func faultsAreFoundWhenTheExpressionIsCompiled() throws {
        let numbers = try CodeTable(name: "kind", entries: [.init(old: .integer(1), new: .text("one"))])
        let bench = bench(try table(), numbers)
        #expect(bench.refusal("code('raeson', x)")?.contains("'reason'") == true)
        #expect(bench.refusal("code(x, x)")?.contains("constant") == true)
        #expect(bench.refusal("code('kind', x)")?.contains("numbers") == true)
        #expect(bench.refusal("code('reason', 5)")?.contains("texts") == true)
        #expect(bench.refusal("code('reason', 1.5)") != nil)
        #expect(try bench.shown("code('kind', 1)") == "'one'")
        #expect(throws: ExpressionError.self) {
            try CodeTable(
                name: "t", entries: [.init(old: .null, new: .null), .init(old: .null, new: .text("x"))])
        }
    }

    @Test func looksUpAsADictionaryDoes() throws {
        var random = SeededGenerator()
        for round in 0..<30 {
            var dictionary: [CodeValue: CodeValue] = [:]
            let alphabet = Array("ABCab019 _-äß€")
            for _ in 0..<random.below([1, 5, 60, 400][round % 4]) + 1 {
                let text = String((0..<random.below(6)).map { _ in random.pick(alphabet) })
                let old: CodeValue = random.below(4) == 0 ? .integer(Int64(random.below(50))) : .text(text)
                dictionary[old] = .text("new \(random.below(1_000))")
            }
            let table = try CodeTable(
                name: "t", entries: dictionary.map { .init(old: $0, new: $1) }.shuffled(using: &random))
            let program = try Workbench(variables: [("x", .dyn, .null)], codes: [table]).program(
                "code('t', x)")
            let probes =
                Array(dictionary.keys)
                + (0..<200).map { _ in .text(String((0..<random.below(6)).map { _ in random.pick(alphabet) }))
                }
                + (0..<60).map { .integer(Int64($0)) } + [.null]
            for probe in probes {
                let result = try? program.evaluate(ArrayBindings([probe.value]))
                #expect(result.map(Workbench.shown) == dictionary[probe].map { Workbench.shown($0.value) })
            }
        }
    }
}
