import Model

/// A key as a person types it: values joined by `/`, without their kinds.
enum KeyText {
    /// Combinations that are tried at the most.
    private static let candidatesMax = 256

    /// Every key of so many values that the text may mean.
    static func candidates(_ text: String, values count: Int) -> [Key] {
        let parts =
            count == 1
            ? [text] : text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard count > 0, parts.count == count else { return [] }
        var keys: [[UInt8]] = [[]]
        for part in parts {
            let spellings = encodings(of: part)
            guard keys.count * spellings.count <= candidatesMax else { return [] }
            keys = keys.flatMap { prefix in spellings.map { prefix + $0 } }
        }
        return keys.map(Key.init(bytes:))
    }

    /// The values that one text may stand for, the likeliest first.
    private static func encodings(of text: String) -> [[UInt8]] {
        var found: [[UInt8]] = []
        func add(_ write: (inout [UInt8]) -> Void) {
            var bytes: [UInt8] = []
            write(&bytes)
            if !found.contains(bytes) { found.append(bytes) }
        }
        if let integer = Int64(text), String(integer) == text { add { RowWriter.integer(integer, &$0) } }
        add { RowWriter.text(text, &$0) }
        if let decimal = reading({ try Decimal128(text) }) { add { Key.append(decimal, to: &$0) } }
        if let date = reading({ try CalendarDate(text) }) {
            add { RowWriter.integer(Int64(date.days), kind: .date, &$0) }
        }
        if let id = reading({ try UUIDValue(text) }) { add { RowWriter.uuid(id.number, &$0) } }
        if text.hasPrefix("x'"), text.hasSuffix("'"),
            let bytes = Hex.decode(String(text.dropFirst(2).dropLast()))
        {
            add { RowWriter.bytes(bytes, kind: .bytes, &$0) }
        }
        return found
    }

    /// What a text says in one kind; nil when it says nothing in that kind.
    private static func reading<Value>(_ read: () throws -> Value) -> Value? {
        do {
            return try read()
        } catch {
            // A text that is none of a kind simply stands for nothing of it.
            return nil
        }
    }
}
