import Model
import Reconcile
import Testing

/// One value has one spelling in the form in which two systems are compared, and two values have two.
@Suite struct CanonicalRowTests {
    private func form(_ kind: Kind, _ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var row: [UInt8] = []
        write(&row)
        var bytes: [UInt8] = []
        CanonicalRow.append(row[...], columns: [ColumnSchema(name: "c", kind: kind)], to: &bytes)
        return bytes
    }

    private func decimal(_ kind: Kind, _ coefficient: Int128, _ scale: UInt8) -> [UInt8] {
        form(kind) { RowWriter.decimal(coefficient: coefficient, scale: scale, &$0) }
    }

    @Test func oneValueHasOneSpelling() {
        let ten = decimal(.decimal, 10, 0)
        #expect(ten == decimal(.decimal, 1_000, 2))
        #expect(ten == form(.decimal) { RowWriter.integer(10, &$0) })
        #expect(ten == form(.decimal) { RowWriter.double(10, &$0) })
        #expect(ten == form(.decimal) { RowWriter.text("10.00", &$0) })
        #expect(decimal(.decimal, 105, 1) == form(.decimal) { RowWriter.double(10.5, &$0) })
        #expect(form(.bool) { RowWriter.bool(true, &$0) } == form(.bool) { RowWriter.integer(1, &$0) })
        #expect(form(.double) { RowWriter.double(3, &$0) } == form(.double) { RowWriter.integer(3, &$0) })
        #expect(form(.text) { RowWriter.text("7", &$0) } == form(.text) { RowWriter.integer(7, &$0) })
    }

    /// Digits beyond what a decimal holds travel as text, and one column adds zeros that another has not.
    @Test func numbersOfManyDigitsAreComparedByTheirValue() {
        func text(_ text: String) -> [UInt8] { form(.decimal) { RowWriter.text(text, &$0) } }
        let digits = String(repeating: "1234567890", count: 5)
        #expect(text(digits) == text("\(digits).00000") && text("\(digits).5") == text("\(digits).500"))
        #expect(text("-\(digits).5") == text("-\(digits).50") && text(digits) != text(digits + "0"))
        let held = String(repeating: "9", count: 38)
        #expect(text("\(held).00000") == form(.decimal) { RowWriter.text(held, &$0) })
        #expect(text("\(digits).5") != text("\(digits).05") && text("NaN") != text("Infinity"))
        #expect(text("1.0.0") != text("1.0") && text("x.0") != text("x"))
    }

    @Test func twoValuesHaveTwo() {
        let forms = [
            form(.text) { RowWriter.null(&$0) }, form(.text) { RowWriter.absent(&$0) },
            form(.text) { RowWriter.text("", &$0) }, form(.text) { RowWriter.text("NULL", &$0) },
            form(.text) { RowWriter.text("7", &$0) }, form(.text) { RowWriter.text("07", &$0) },
            form(.text) { RowWriter.text("7 ", &$0) },
            form(.text) { RowWriter.bytes([0x37], kind: .bytes, &$0) },
            form(.text) { RowWriter.text("e\u{301}", &$0) }, form(.text) { RowWriter.text("\u{E9}", &$0) },
        ]
        #expect(Set(forms).count == forms.count)
        #expect(decimal(.decimal, 1, 1) != decimal(.decimal, 1, 2))
        #expect(form(.int64) { RowWriter.integer(1, &$0) } != form(.int64) { RowWriter.text("1", &$0) })
    }
}
