import CEL
import Testing

@Suite struct EvaluationTests {
    private static let row = RecordType(
        name: "v",
        fields: [
            RecordType.Field("status", .wrapper(.string)), RecordType.Field("amount", .wrapper(.int)),
            RecordType.Field("flag", .string),
        ])
    private let environment = Environment(variables: [
        Variable("v", .record(row)), Variable("approvals", .list(.record(row))),
        Variable("before", .wrapper(.record(row))),
        Variable("text", .string),
    ])

    @Test func readsOneFieldByOneCall() throws {
        let bindings = RowBindings([Value("A"), .int(12), Value("N")])
        #expect(
            try environment.compile("v.status == 'A' && v.amount > 10").evaluate(bindings).shown == "true")
        #expect(bindings.reads == [0, 1])
    }

    @Test func runsMacrosOverRowsWithoutReadingOtherColumns() throws {
        let table = Table(
            Self.row,
            [[.null, .int(1), Value("N")], [.null, .int(2), Value("Y")], [.null, .int(3), Value("Y")]])
        let values: [Value] = [.null, table.all, .null, Value("")]
        #expect(try environment.value("approvals.exists(a, a.flag == 'Y')", values).shown == "true")
        #expect(table.reads == ["0.flag", "1.flag"])
        #expect(
            try environment.value("approvals.filter(a, a.flag == 'Y').map(a, a.amount)", values).shown
                == "[2, 3]")
        #expect(try environment.value("size(approvals)", values).shown == "3")
    }

    @Test func aNullRecordIsComparedAndGuarded() throws {
        let values: [Value] = [.null, .null, .null, Value("")]
        #expect(try environment.value("before == null || before.status != 'A'", values).shown == "true")
        #expect(evaluationCode { _ = try environment.value("before.status != 'A'", values) } == .noSuchField)
    }

    @Test func aNullIsNoOverloadUnlessComparedForEquality() throws {
        let bindings = RowBindings([.null, .null, Value("N")])
        #expect(try environment.compile("v.status == 'A'").evaluate(bindings).shown == "false")
        #expect(try environment.compile("v.amount == null").evaluate(bindings).shown == "true")
        #expect(try environment.compile("v.amount != 1").evaluate(bindings).shown == "true")
        #expect(try environment.compile("has(v.amount)").evaluate(bindings).shown == "false")
        for source in ["v.amount > 10", "v.amount + 1", "v.status.startsWith('A')", "v.status + 'x'"] {
            let code = evaluationCode { _ = try environment.compile(source).evaluate(bindings) }
            #expect(code == .noSuchOverload, "\(source)")
        }
    }

    @Test func errorsNameThePlaceAndNeverTheValue() throws {
        let bindings = RowBindings([Value("secret"), .int(7), Value("N")])
        let division = try environment.compile("true ? v.amount / (v.amount - 7) : 0")
        #expect(failure { _ = try division.evaluate(bindings) }?.description == "1:17: division by zero")
        let conversion = try Environment(variables: [Variable("x", .dyn)]).compile("int(x) > 0")
        let error = failure { _ = try conversion.evaluate(ArrayBindings([Value("secret")])) }
        #expect(error?.description == "1:1: the string is no int")
    }

    private func failure(_ body: () throws -> Void) -> EvaluationError? {
        do {
            try body()
            return nil
        } catch {
            return error as? EvaluationError
        }
    }

    @Test(arguments: [
        "text == 'žluť'", "text != 'x'", "text < 'žz'", "text in ['a', 'žluť']", "text.startsWith('žl')",
        "text.endsWith('uť')", "text.contains('lu')", "text.matches('^.l')", "size(text) == 4",
        "text + '!' == 'žluť!'",
        "[text].exists(t, t == text)", "{text: 1}['žluť'] == 1", "text.upperAscii() == 'žLUť'",
        "'žluť' == text",
    ])
    func borrowedTextsBehaveAsOwnedOnes(source: String) throws {
        let bytes = Array("žluť".utf8)
        let program = try environment.compile(source)
        let owned = try program.evaluate(ArrayBindings([.null, .null, .null, Value("žluť")]))
        let isTrue = unsafe bytes.withUnsafeBytes { buffer in
            // The view is used while the array is borrowed.
            let text = unsafe Text(borrowing: buffer)
            return try? program.evaluate(ArrayBindings([.null, .null, .null, .string(text)])).shown
        }
        #expect(owned.shown == "true")
        #expect(isTrue == "true")
    }

    @Test func anOwnedValueOutlivesWhatItWasBorrowedFrom() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
        // The buffer has four bytes and is released at the end of this test.
        unsafe buffer.copyBytes(from: "abcd".utf8)
        defer { unsafe buffer.deallocate() }
        let borrowed = unsafe Value.string(Text(borrowing: UnsafeRawBufferPointer(buffer)))
        let kept = Value([borrowed, .optional(borrowed)]).owned()
        unsafe buffer.copyBytes(from: "wxyz".utf8)
        guard case .list(let list) = kept, case .optional(let inner?) = list[1] else {
            Issue.record("not the list that was kept")
            return
        }
        #expect(list[0].shown == "'abcd'" && inner.shown == "'abcd'")
        #expect(borrowed.shown == "'wxyz'")
    }

    @Test func textsAreComparedByCodePointsNotByCanonicalEquivalence() throws {
        #expect(try Environment().value("'\\u00e9' == 'e\\u0301'").shown == "false")
        #expect(try Environment().value("size({'\\u00e9': 1, 'e\\u0301': 2})").shown == "2")
        #expect(try Environment().value("'e\\u0301' in ['\\u00e9']").shown == "false")
    }

    @Test func uncheckedExpressionsGiveTheSameResults() throws {
        for source in [
            "1 + 2 * 3", "'a' + 'b' == 'ab' && [1, 2].all(x, x > 0)", "{'a': [1]}.a[0]", "math.abs(-3)",
        ] {
            let unchecked = try environment.program(unchecked: try environment.parse(source))
            #expect(try unchecked.evaluate(ArrayBindings()).shown == (try Environment().value(source).shown))
        }
    }

    @Test func aProgramRunsOnManyThreadsAtOnce() async throws {
        let program = try Environment(variables: [Variable("n", .int)]).compile(
            "[1, 2, 3].map(x, x * n).exists(y, y == n) && 'a1'.matches('[a-z]' + string(1)) "
                + "&& string(n).matches('[0-9]+')"
        )
        let counts = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var frame = Frame()
                    let bindings = ArrayBindings([.int(Int64(task))])
                    return (0..<500).count { _ in
                        (try? program.test(bindings, in: &frame)) == true
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 500, count: 8))
    }
}
