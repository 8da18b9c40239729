import CEL
import Expressions
import Model
import Testing

@Suite struct TextFunctionTests {
    private let bench = Workbench(variables: [
        ("padded", .wrapper(.string), Value("  NW \u{A0}")),
        ("blank", .wrapper(.string), Value(" \t\u{3000}")),
        ("missing", .wrapper(.string), .null), ("name", .string, Value("Ärger")),
        ("n", .wrapper(.int), .null),
    ])

    @Test(arguments: [
        ("trim(padded)", "'NW'"), ("trim(blank)", "''"), ("trim(missing)", "null"), ("trim(name)", "'Ärger'"),
        ("upper('straße')", "'STRASSE'"), ("lower(name)", "'ärger'"), ("upper(missing)", "null"),
        ("blank_to_null(blank)", "null"), ("blank_to_null(padded)", "'  NW \u{A0}'"),
        ("blank_to_null(missing)", "null"),
        ("coalesce(missing, name)", "'Ärger'"), ("coalesce(missing, missing, name, padded)", "'Ärger'"),
        ("coalesce(missing, missing)", "null"), ("coalesce(n, 7)", "7"), ("coalesce(null, 7)", "7"),
        ("nullif(name, 'Ärger')", "null"), ("nullif(name, 'x')", "'Ärger'"), ("nullif(missing, 'x')", "null"),
        ("nullif(7, 7)", "null"), ("nullif(name, missing)", "'Ärger'"),
        ("nullif(decimal('1.0'), decimal('1'))", "null"),
        ("mask('DE89370400440532013000', 4)", "'******************3000'"), ("mask('1234', 4)", "'****'"),
        ("mask('Ärger', 2)", "'***er'"), ("mask('abc', 0)", "'***'"), ("mask(missing, 4)", "null"),
    ])
    func computesOnTexts(source: String, result: String) throws {
        #expect(try bench.shown(source) == result)
    }

    @Test func typesSayWhatMayBeNull() throws {
        #expect(try bench.type("trim(name)") == .string)
        #expect(try bench.type("trim(padded)") == .wrapper(.string))
        #expect(try bench.type("coalesce(missing, name)") == .string)
        #expect(try bench.type("blank_to_null(name)") == .wrapper(.string))
        #expect(try bench.type("coalesce(n, 7)") == .int)
        #expect(try bench.type("coalesce(null, 7)") == .int)
        #expect(bench.refusal("coalesce(n, name)") != nil)
    }

    @Test func aNegativeNumberOfKeptCharactersIsRefused() throws {
        #expect(try bench.failure("mask(name, -1)") == .invalidArgument)
    }
}
