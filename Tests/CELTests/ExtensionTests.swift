import CEL
import Testing

/// An amount in cents: a library's own type.
private struct Money: OpaqueValue {
    let cents: Int64

    static let type = CELType.opaque("money", [])
    var typeName: String { "money" }
    var text: String {
        let (units, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(cents < 0 ? "-" : "")\(units).\(rest < 10 ? "0" : "")\(rest)"
    }

    func isEqual(to other: Value) -> Bool { compare(to: other) == 0 }

    func compare(to other: Value) -> Int? {
        switch other {
        case .opaque(let other as Money): cents < other.cents ? -1 : cents == other.cents ? 0 : 1
        case .int(let units): cents < units * 100 ? -1 : cents == units * 100 ? 0 : 1
        default: nil
        }
    }

    static func cents(_ value: Value) throws(EvaluationError) -> Int64 {
        guard case .opaque(let value as Money) = value else {
            throw EvaluationError(.noSuchOverload, "money is needed")
        }
        return value.cents
    }
}

@Suite struct ExtensionTests {
    private static let money = Library(
        name: "money",
        functions: [
            Function(
                "money",
                [
                    Overload(
                        "string_to_money", [.string], returns: Money.type,
                        specialize: { site in
                            guard case .string(let text)?? = site.constants.first else { return .declared }
                            return Int64(text.string) == nil
                                ? .refused("not an amount", argument: 0) : .declared
                        },
                        .unary { value throws(EvaluationError) in
                            guard let cents = Int64(try value.requireText().string) else {
                                throw EvaluationError(.invalidConversion, "not an amount")
                            }
                            return .opaque(Money(cents: cents))
                        })
                ]),
            Function(
                .add,
                [
                    Overload(
                        "add_money", [Money.type, Money.type], returns: Money.type,
                        .binary { a, b throws(EvaluationError) in
                            .opaque(Money(cents: try Money.cents(a) + Money.cents(b)))
                        })
                ]),
            Function(
                .negate,
                [
                    Overload(
                        "negate_money", [Money.type], returns: Money.type,
                        .unary { a throws(EvaluationError) in .opaque(Money(cents: -(try Money.cents(a)))) })
                ]),
            Function(
                .less,
                [
                    Overload("less_money", [Money.type, Money.type], returns: .bool, nil),
                    Overload("less_money_int", [Money.type, .int], returns: .bool, nil),
                ]),
            Function(
                "orZero",
                [
                    Overload(
                        "or_zero", isReceiver: true, [Money.type], returns: Money.type, acceptsNull: true,
                        .unary { value throws(EvaluationError) in
                            if case .null = value { return .opaque(Money(cents: 0)) }
                            return value
                        })
                ]),
        ],
        constants: [Library.Constant(typeNamed: "money", Money.type)])

    private static let tables = Library(
        name: "codes",
        functions: [
            Function(
                "code",
                [
                    Overload(
                        "code", [.string, .dyn], returns: .dyn,
                        specialize: { site in
                            guard case .string(let name)? = site.constants[0] else {
                                return .refused("the table is named by a literal", argument: 0)
                            }
                            switch name.string {
                            case "reason":
                                let table = TextTable(["ADDR", "DRVR"])
                                return .bound(
                                    .unary { value throws(EvaluationError) in
                                        Value(
                                            table.index(of: try value.requireText()) == 0
                                                ? "address" : "driver")
                                    }, result: .string, passing: [1])
                            case "rank":
                                return .bound(
                                    .unary { _ throws(EvaluationError) in .int(1) }, result: .int,
                                    passing: [1])
                            default: return .refused("no code table '\(name.string)'", argument: 0)
                            }
                        }, nil)
                ])
        ])

    private let environment = Environment(
        variables: [
            Variable("m", Money.type), Variable("n", .wrapper(Money.type)), Variable("d", .dyn),
            Variable("s", .string),
        ],
        libraries: [money, tables])
    private let values: [Value] = [
        .opaque(Money(cents: 150)), .null, .opaque(Money(cents: 1000)), Value("ADDR"),
    ]

    @Test(arguments: [
        ("m + m", "3.00"), ("m + d", "11.50"), ("d + d", "20.00"), ("-m", "-1.50"), ("m < d", "true"),
        ("m < 2", "true"),
        ("m == money('150')", "true"), ("m != d", "true"), ("n == null", "true"), ("n.orZero() + m", "1.50"),
        ("type(m) == money", "true"), ("m in [money('150')]", "true"), ("'%s'.format([m])", "'1.50'"),
        ("[m, m].map(x, x + x)", "[3.00, 3.00]"),
    ])
    func operatorsAndFunctionsTakeALibrarysType(source: String, result: String) throws {
        #expect(try environment.value(source, values).shown == result)
        let unchecked = try environment.program(unchecked: try environment.parse(source))
        #expect(try unchecked.evaluate(ArrayBindings(values)).shown == result)
    }

    @Test func theCheckerKnowsWhatALibraryDeclares() {
        #expect(faults("m + 1", in: environment).map(\.code) == [.noSuchOverload])
        #expect(faults("m > m", in: environment).map(\.code) == [.noSuchOverload])
        #expect(faults("m == 1", in: environment).map(\.code) == [.noSuchOverload])
    }

    @Test func aNullForALibrarysParameterIsNoOverload() throws {
        #expect(evaluationCode { _ = try environment.value("n + m", values) } == .noSuchOverload)
        #expect(evaluationCode { _ = try environment.value("-n", values) } == .noSuchOverload)
    }

    @Test func anOverloadBindsItsConstantsWhenCompiled() throws {
        #expect(try environment.value("code('reason', s)", values).shown == "'address'")
        #expect(try environment.compile("code('reason', s)").type == .string)
        #expect(try environment.compile("code('rank', s) + 1").type == .int)
    }

    @Test func anOverloadRefusesConstantsWithAPlace() {
        #expect(
            faults("code('raeson', s)", in: environment).map(\.description) == ["1:6: no code table 'raeson'"]
        )
        #expect(faults("code(s, s)", in: environment).map(\.position.column) == [6])
        #expect(faults("money('x')", in: environment).map(\.description) == ["1:7: not an amount"])
    }

    @Test func smallOpaqueValuesFitTheInlineBuffer() {
        #expect(MemoryLayout<Money>.size <= 24)
        #expect(MemoryLayout<Value>.size <= 48)
    }
}
