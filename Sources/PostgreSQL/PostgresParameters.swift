/// The values of one prepared statement in PostgreSQL's binary form, in one arena that is used again.
public struct PostgresParameters {
    /// The types' object ids, which a statement is prepared with.
    public private(set) var types: [UInt32] = []
    /// The arena.
    public var bytes: [UInt8] = []
    private var starts: [Int] = []
    private var isNull: [Bool] = []

    /// No values.
    public init() {}

    /// The number of values.
    public var count: Int { types.count }

    /// Forgets the values, keeping the memory.
    public mutating func removeAll() {
        types.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        isNull.removeAll(keepingCapacity: true)
    }

    /// Starts a value of a type; its bytes are appended to `bytes`.
    public mutating func begin(_ type: UInt32) {
        types.append(type)
        starts.append(bytes.count)
        isNull.append(false)
    }

    /// NULL, of a type.
    public mutating func appendNull(_ type: UInt32) {
        begin(type)
        isNull[isNull.count - 1] = true
    }

    /// A text.
    public mutating func append(_ text: String) {
        begin(PostgresOID.text)
        bytes.append(contentsOf: text.utf8)
    }

    /// A number of 64 bits.
    public mutating func append(_ number: Int64) {
        begin(PostgresOID.int8)
        PostgresBytes.append(number, to: &bytes)
    }

    /// Gives the values to libpq's calls.
    func withPointers<T>(
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> T
    ) -> T {
        let ends = starts.dropFirst() + [bytes.count]
        let lengths = zip(starts, ends).map { Int32($1 - $0) }
        let formats = [Int32](repeating: 1, count: count)
        // A byte is there for its address alone: a null address would mean NULL.
        let bytes = bytes.isEmpty ? [0] : bytes
        return unsafe bytes.withUnsafeBytes { arena in
            let base = unsafe arena.assumingMemoryBound(to: CChar.self).baseAddress
            var values: [UnsafePointer<CChar>?] = unsafe []
            for (start, isNull) in zip(starts, isNull) {
                if let base = unsafe base, !isNull {
                    unsafe values.append(base + start)
                } else {
                    unsafe values.append(nil)
                }
            }
            return unsafe body(values, lengths, formats)
        }
    }
}
