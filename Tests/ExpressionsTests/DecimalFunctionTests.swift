import CEL
import Expressions
import Model
import Testing

@Suite struct DecimalFunctionTests {
    private let bench = Workbench(variables: [
        ("amount", .wrapper(.decimal), .opaque(Decimal128(coefficient: 12345, scale: 2))),
        ("prior", .wrapper(.decimal), .null),
        ("rate", .double, .double(0.19)),
        ("count", .int, .int(3)),
        ("text", .wrapper(.string), Value("99.90")),
        ("missing", .wrapper(.string), .null),
        ("anything", .dyn, .opaque(Decimal128(coefficient: 100, scale: 2))),
    ])

    @Test(arguments: [
        ("decimal('1.10') + decimal('2.2')", "decimal(3.30)"),
        ("amount - decimal('23.45')", "decimal(100.00)"),
        ("amount * 2", "decimal(246.90)"), ("2 * amount", "decimal(246.90)"),
        ("1 - decimal('0.1')", "decimal(0.9)"),
        ("-amount", "decimal(-123.45)"), ("abs(-amount)", "decimal(123.45)"),
        ("negate(amount)", "decimal(-123.45)"),
        ("decimal(rate)", "decimal(0.19)"), ("decimal(count)", "decimal(3)"),
        ("decimal(text)", "decimal(99.90)"),
        ("decimal(missing)", "null"), ("decimal(prior)", "null"), ("decimal(amount)", "decimal(123.45)"),
        ("decimal('1.005', 2, 'half_up')", "decimal(1.01)"),
        ("decimal('1.005', 2, 'half_even')", "decimal(1.00)"),
        ("decimal('1.50', 1)", "decimal(1.5)"), ("decimal(missing, 2)", "null"),
        ("decimal(rate, 1, 'up')", "decimal(0.2)"),
        ("decimal(count, 2)", "decimal(3.00)"), ("decimal(amount, 4)", "decimal(123.4500)"),
        ("round(amount, 1, 'half_even')", "decimal(123.4)"), ("round(amount, 0, 'ceiling')", "decimal(124)"),
        ("div(amount, 2, 2, 'half_even')", "decimal(61.72)"), ("div(1, 3, 4, 'down')", "decimal(0.3333)"),
        ("div(decimal('10'), decimal('4'), 0, 'half_up')", "decimal(3)"),
        ("amount == decimal('123.450')", "true"), ("decimal('3.00') == 3", "true"),
        ("3 == decimal('3.00')", "true"),
        ("prior == decimal('1')", "false"), ("prior == null", "true"), ("amount > 123", "true"),
        ("124 > amount", "true"),
        ("amount in [decimal('1'), decimal('123.45')]", "true"), ("decimal('3.0') in [1, 2, 3]", "true"),
        ("string(amount)", "'123.45'"), ("int(decimal('7.00'))", "7"), ("double(decimal('0.1'))", "0.1"),
        ("anything + 1", "decimal(2.00)"), ("anything == 1", "true"),
        ("coalesce(prior, decimal('0'))", "decimal(0)"),
        ("prior == null ? decimal('5') : prior", "decimal(5)"),
    ])
    func computesExactly(source: String, result: String) throws {
        #expect(try bench.shown(source) == result)
    }

    @Test(arguments: [
        ("amount - prior", EvaluationError.Code.noSuchOverload), ("prior < 5", .noSuchOverload),
        ("-prior", .noSuchOverload),
        ("decimal('abc')", .invalidConversion), ("decimal('1.005', 2)", .lossy), ("int(amount)", .lossy),
        ("div(amount, 0, 2, 'down')", .divisionByZero),
        ("decimal('170141183460469231731687303715884105727') + 1", .overflow),
        ("decimal('1e-30') * decimal('1e-30')", .lossy), ("decimal(0.0 / 0.0)", .invalidConversion),
        ("round(amount, count + 40, 'down')", .invalidArgument),
    ])
    func failsRatherThanRounds(source: String, code: EvaluationError.Code) throws {
        #expect(try bench.failure(source) == code)
    }

    @Test(arguments: [
        ("amount + 0.5", "does not mix with a double"), ("0.5 < amount", "does not mix with a double"),
        ("amount == 0.5", "does not mix with a double"), ("amount * rate", "does not mix with a double"),
        ("amount / 2", "named rounding"), ("round(amount, 2, 'banker')", "half_even"),
        ("round(amount, 39, 'down')", "0 to 38"),
        ("decimal(amount, -1)", "0 to 38"), ("amount + 'x'", "does not take"),
        ("decimal(true)", "does not take"),
    ])
    func refusesToCompile(source: String, reason: String) throws {
        let refusal = try #require(bench.refusal(source))
        #expect(refusal.contains(reason), "\(refusal)")
    }

    @Test func aResultMayBeNullOnlyWhereTheArgumentMay() throws {
        #expect(try bench.type("decimal('1')") == .decimal)
        #expect(try bench.type("decimal(text)") == .wrapper(.decimal))
        #expect(try bench.type("decimal(text, 2, 'down')") == .wrapper(.decimal))
        #expect(try bench.type("coalesce(prior, decimal('0'))") == .decimal)
        #expect(try bench.type("coalesce(prior, amount)") == .wrapper(.decimal))
        #expect(try bench.type("amount - prior") == .decimal)
    }
}
