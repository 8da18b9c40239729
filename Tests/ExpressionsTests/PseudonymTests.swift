import CEL
import Crypto
import Expressions
import Model
import Testing

@Suite struct PseudonymTests {
    private let secret = Array("a very secret key of the claims domain".utf8)

    private func bench(_ name: String = "claims") throws -> Workbench {
        Workbench(
            variables: [
                ("iban", .wrapper(.string), Value("DE89370400440532013000")),
                ("none", .wrapper(.string), .null),
            ],
            keys: try KeyRing([name: secret]))
    }

    @Test func aPseudonymIsStableAndKeyed() throws {
        let first = try bench().shown("hmac('claims', iban)")
        #expect(try bench().shown("hmac('claims', iban)") == first)
        #expect(first.count == 66)
        var other = try bench()
        other.keys = try KeyRing(["claims": secret + [1]])
        #expect(try other.shown("hmac('claims', iban)") != first)
        #expect(try bench().shown("hmac('claims', none)") == "null")
        #expect(try bench().shown("hmac('claims', 7) == hmac('claims', 7.0)") == "true")
        #expect(try bench().shown("hmac('claims', 7) == hmac('claims', '7')") == "false")
        #expect(try bench().type("hmac('claims', 'x')") == .string)
        #expect(try bench().type("hmac('claims', iban)") == .wrapper(.string))
    }

    @Test func aDictionaryOfAllPostcodesDoesNotOpenAPseudonymWithoutTheKey() throws {
        let bench = Workbench(
            variables: [("postcode", .string, Value("80331"))], keys: try KeyRing(["claims": secret]))
        let shown = try bench.shown("hmac('claims', postcode)")
        let pseudonym = String(shown.dropFirst().dropLast())
        let program = try bench.program("hmac('claims', postcode)")
        var openedWithKey: [String] = []
        for number in 0...99_999 {
            let digits = String(number)
            let guess = String(repeating: "0", count: 5 - digits.count) + digits
            var canonical: [UInt8] = []
            RowWriter.text(guess, &canonical)
            // What can be tried without the key: plain digests, and keys that are easy to guess.
            #expect(Hex.encode(SHA256.hash(data: Array(guess.utf8))) != pseudonym)
            #expect(Hex.encode(SHA256.hash(data: canonical)) != pseudonym)
            for key in ["", "claims", "hmac"] {
                let code = HMAC<SHA256>.authenticationCode(
                    for: canonical, using: SymmetricKey(data: Array(key.utf8)))
                #expect(Hex.encode(code) != pseudonym)
            }
            if number % 1_000 == 331 {
                let value = try program.evaluate(ArrayBindings([Value(guess)]))
                if Workbench.shown(value) == shown { openedWithKey.append(guess) }
            }
        }
        #expect(openedWithKey == ["80331"])
    }

    @Test func aMissingKeyIsNamedWhenTheExpressionIsCompiled() throws {
        let refusal = try #require(try bench().refusal("hmac('contracts', iban)"))
        #expect(refusal.contains("'contracts'") && refusal.contains("'claims'"))
        #expect(try bench().refusal("hmac(iban, iban)")?.contains("constant") == true)
    }

    @Test func aKeyIsNeverShown() throws {
        let ring = try KeyRing(["claims": secret])
        var dumped = ""
        dump(ring, to: &dumped)
        for text in ["\(ring)", String(reflecting: ring), dumped] {
            #expect(!text.contains("secret") && !text.contains("97, 32") && !text.contains("SymmetricKey"))
        }
        #expect(throws: ExpressionError.self) { try KeyRing(["claims": [1, 2, 3]]) }
        do {
            _ = try KeyRing(["claims": Array("short-secret".utf8)])
        } catch {
            #expect(!"\(error)".contains("short-secret"))
        }
    }
}
