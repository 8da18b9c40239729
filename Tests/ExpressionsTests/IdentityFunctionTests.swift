import CEL
import Expressions
import Model
import Testing

@Suite struct IdentityFunctionTests {
    private let bench = Workbench(variables: [
        ("policy", .wrapper(.string), Value("POL1")), ("version", .wrapper(.int), .int(7)),
        ("missing", .wrapper(.string), .null),
        ("amount", .decimal, .opaque(Decimal128(coefficient: 700, scale: 2))),
    ])

    @Test func anIdentityIsTheSameOnEveryMachine() throws {
        let id = "uuid(7292746c-1772-82be-a09b-c54468a04116)"
        #expect(try bench.shown("uuid_of('endorsement', policy, version)") == id)
        // Equal numbers name the same thing, whatever their types.
        #expect(try bench.shown("uuid_of('endorsement', policy, 7.0)") == id)
        #expect(try bench.shown("uuid_of('endorsement', policy, amount)") == id)
        #expect(try bench.shown("uuid_of('endorsement', policy, '7')") != id)
    }

    @Test func aNullPartIsRefused() throws {
        #expect(try bench.failure("uuid_of('x', missing)") == .noSuchOverload)
        #expect(try bench.failure("uuid_of('x', [1])") == .noSuchOverload)
    }

    @Test func uuidsAreReadAndCompared() throws {
        #expect(
            try bench.shown("uuid('01234567-89AB-cdef-0123-456789abcdef')")
                == "uuid(01234567-89ab-cdef-0123-456789abcdef)")
        #expect(try bench.shown("uuid(missing)") == "null")
        #expect(try bench.failure("uuid(policy)") == .invalidConversion)
        #expect(
            try bench.shown("string(uuid('01234567-89ab-cdef-0123-456789abcdef'))")
                == "'01234567-89ab-cdef-0123-456789abcdef'")
    }
}
