import Model
import Testing

@Suite struct UUIDTests {
    @Test func identifiersReadBackAsTheyWerePrinted() throws {
        var random = SeededGenerator()
        for _ in 0..<5_000 {
            let uuid = UUIDValue(UInt128(random.next()) << 64 | UInt128(random.next()))
            #expect(try UUIDValue(uuid.description) == uuid)
            #expect(try UUIDValue(uuid.description.uppercased().filter { $0 != "-" }) == uuid)
        }
        #expect(
            UUIDValue(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef).description
                == "01234567-89ab-cdef-0123-456789abcdef")
    }

    @Test(arguments: [
        "", "01234567-89ab-cdef-0123-456789abcde", "01234567-89ab-cdef-0123-456789abcdeg",
        "0123456789ab-cdef-0123-456789abcdef0",
        "{01234567-89ab-cdef-0123-456789abcdef}", "01234567 89ab cdef 0123 456789abcdef",
    ])
    func refusesOtherText(text: String) {
        #expect(throws: ModelError.self) { try UUIDValue(text) }
    }

    @Test func namedIdentifiersNeverChange() {
        // Computed independently from the scheme's description: these values are stored in migrated systems.
        var name: [UInt8] = []
        RowWriter.text("POL1", &name)
        RowWriter.integer(7, &name)
        #expect(
            UUIDValue(namespace: "endorsement", name: name).description
                == "7292746c-1772-82be-a09b-c54468a04116")
        #expect(UUIDValue(namespace: "", name: []).description == "40a57502-dfb1-81f5-a639-e0ca323558a3")
        #expect(UUIDValue(namespace: "a", name: Array("b".utf8)) != UUIDValue(namespace: "ab", name: []))
    }
}
