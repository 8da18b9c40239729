import Model
import Testing

@Suite struct KeyTests {
    private func key(_ write: (inout [UInt8]) -> Void) -> Key {
        var row: [UInt8] = []
        write(&row)
        var key: [UInt8] = []
        unsafe row.withUnsafeBytes { arena in
            var offset = 0
            // The arena lives within this closure.
            while offset < arena.count, let next = unsafe RowOffsets.skip(arena, at: offset) {
                unsafe Key.append(arena, at: offset, to: &key)
                offset = next
            }
        }
        return Key(bytes: key)
    }

    @Test func equalNumbersMakeEqualKeysWhateverTheirKind() {
        let seven = key { RowWriter.integer(7, &$0) }
        #expect(key { RowWriter.double(7, &$0) } == seven)
        #expect(key { RowWriter.decimal(coefficient: 700, scale: 2, &$0) } == seven)
        #expect(key { RowWriter.double(-0.0, &$0) } == key { RowWriter.integer(0, &$0) })
        #expect(
            key { RowWriter.decimal(coefficient: 250, scale: 2, &$0) }
                == key { RowWriter.decimal(coefficient: 25, scale: 1, &$0) })
        #expect(key { RowWriter.double(7.5, &$0) } != seven)
        #expect(key { RowWriter.text("7", &$0) } != seven)
    }

    @Test func valuesOfAKeyDoNotRunTogether() {
        let first = key { row in
            RowWriter.text("ab", &row)
            RowWriter.text("c", &row)
        }
        let second = key { row in
            RowWriter.text("a", &row)
            RowWriter.text("bc", &row)
        }
        #expect(first != second)
        #expect(first.display == "ab/c")
    }

    @Test func aKeyWithNullOrAnUnsentValueNamesNoRow() {
        let values: [(Bool, (inout [UInt8]) -> Void)] = [
            (true, { RowWriter.null(&$0) }), (true, { RowWriter.absent(&$0) }),
            (false, { RowWriter.integer(1, &$0) }), (false, { RowWriter.text("", &$0) }),
        ]
        for (isNull, write) in values {
            let key = key { row in
                RowWriter.integer(5, &row)
                write(&row)
            }
            #expect(key.hasNull == isNull)
        }
        #expect(!Key(bytes: []).hasNull)
    }
}
