import Model
import Testing

@Suite struct DecimalTextTests {
    @Test func everyDecimalReadsBackAsItWasPrinted() throws {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let drawn = random.decimal()
            let value = Decimal128(coefficient: drawn.coefficient, scale: drawn.scale)
            let read = try Decimal128(value.description)
            #expect(read.coefficient == value.coefficient && read.scale == value.scale)
        }
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("1.10", "1.10"),
        ("-0.05", "-0.05"),
        ("1e3", "1000"), ("1.5E+2", "150"), ("12e-3", "0.012"), ("0e99", "0"), ("0.00", "0.00"),
        ("007.0", "7.0"),
        ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
        ("-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728"),
        ("1.00000000000000000000000000000000000000000", "1.00000000000000000000000000000000000000"),
        ("170141183460469231731687303715884105727.000", "170141183460469231731687303715884105727"),
        ("0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001"),
        ("100000000000000000000000000000000000000", "100000000000000000000000000000000000000"),
        ("1e38", "100000000000000000000000000000000000000"),
    ])
    func readsWhatPeopleWrite(text: String, shows: String) throws {
        #expect(try Decimal128(text).description == shows)
    }

    @Test(arguments: [
        "", "-", ".", "e5", "1e", "1e+", " 1", "1 ", "1,5", "0x10", "NaN", "inf", "1.2.3", "--1", "1_000",
        "١",
        "170141183460469231731687303715884105728", "-170141183460469231731687303715884105729", "1e39",
        "1e999999999999",
        "1e-39", "0.000000000000000000000000000000000000001", "1\t",
        "1.700000000000000000000000000000000000001e-1",
    ])
    func refusesOtherText(text: String) {
        #expect(throws: ModelError.self) { try Decimal128(text) }
    }

    @Test func doublesBecomeTheDecimalThatPeopleSee() throws {
        for (value, text) in [
            (0.1, "0.1"), (-0.0, "0"), (1e22, "10000000000000000000000"),
            (0.30000000000000004, "0.30000000000000004"),
            (123456.78, "123456.78"), (1e-7, "0.0000001"), (2.5, "2.5"), (1e15, "1000000000000000"),
            (9007199254740992, "9007199254740992"),
        ] {
            #expect(try Decimal128(shortest: value).description == text)
        }
        for value in [
            Double.nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1e39, .greatestFiniteMagnitude,
        ] {
            #expect(throws: ModelError.self) { try Decimal128(shortest: value) }
        }
    }

    @Test func aDoubleSurvivesTheWayThroughADecimal() throws {
        var random = SeededGenerator()
        var converted = 0
        for index in 0..<20_000 {
            var value = Double(bitPattern: random.next())
            if index % 4 != 0 {
                value = Double(random.integer()) / [1, 10, 100, 1e4, 1e9, 1e12, 3, 7][index % 8]
            }
            guard let decimal = try? Decimal128(shortest: value) else { continue }
            converted += 1
            #expect(decimal.nearestDouble == value)
            #expect(decimal == (try Decimal128(value.description)))
            #expect(decimal.scale == 0 || decimal.coefficient % 10 != 0)
        }
        #expect(converted > 10_000)
    }
}
