/// The canonical bytes of a key: the values of its columns, one after another, as `RowWriter` writes them.
///
/// Two keys are equal when their bytes are. A double or decimal without a fraction is written as the integer
/// it equals, because a dynamically typed system may return either for one key; any other decimal loses its
/// trailing zeros.
public struct Key: Hashable, Sendable, Comparable {
    /// The encoded values.
    public var bytes: [UInt8]

    /// Wraps encoded values.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The key made of these values of a row image.
    public init(_ arena: UnsafeRawBufferPointer, offsets: RowOffsets, columns: [Int]) {
        bytes = []
        for column in columns {
            // The offsets were found by a scan of this arena.
            unsafe Key.append(arena, at: offsets[column], to: &bytes)
        }
    }

    /// Appends one value in its canonical form.
    @inlinable
    public static func append(_ arena: UnsafeRawBufferPointer, at offset: Int, to bytes: inout [UInt8]) {
        guard let (cell, end) = unsafe CellView.read(arena, at: offset) else { return }
        if cell.kind == .double, let whole = Int64(exactly: cell.double) {
            RowWriter.integer(whole, &bytes)
        } else if cell.kind == .decimal {
            append(Decimal128(coefficient: cell.coefficient, scale: Int(cell.bits)), to: &bytes)
        } else {
            // `end` was checked by the read above.
            unsafe bytes.append(contentsOf: arena[offset..<end])
        }
    }

    /// Appends a decimal in its canonical form: the integer it equals, or the number without trailing zeros.
    public static func append(_ decimal: Decimal128, to bytes: inout [UInt8]) {
        let normal = decimal.normalized
        if normal.scale == 0, let whole = Int64(exactly: normal.coefficient) {
            RowWriter.integer(whole, &bytes)
        } else {
            RowWriter.decimal(coefficient: normal.coefficient, scale: UInt8(normal.scale), &bytes)
        }
    }

    /// Whether any value of the key is NULL or was not sent: such a key names no row.
    public var hasNull: Bool {
        unsafe bytes.withUnsafeBytes { arena in
            var offset = 0
            while offset < arena.count {
                // The bytes were written by `RowWriter`; a damaged end stops the walk.
                guard let (cell, end) = unsafe CellView.read(arena, at: offset) else { return true }
                if cell.kind == .null || cell.kind == .absent { return true }
                offset = end
            }
            return false
        }
    }

    /// Whether any value of the key was not sent.
    public var hasAbsent: Bool {
        unsafe bytes.withUnsafeBytes { arena in
            var offset = 0
            while offset < arena.count {
                // The bytes were written by `RowWriter`; a damaged end stops the walk.
                guard let (cell, end) = unsafe CellView.read(arena, at: offset) else { return true }
                if cell.kind == .absent { return true }
                offset = end
            }
            return false
        }
    }

    /// Bytewise order: not the order of the values, but the same on every machine.
    public static func < (left: Key, right: Key) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The values as text for people, joined by `/`: what `banyan why` takes and prints.
    public var display: String {
        unsafe bytes.withUnsafeBytes { arena in
            var parts: [String] = []
            var offset = 0
            while offset < arena.count, let (cell, end) = unsafe CellView.read(arena, at: offset) {
                parts.append(cell.display)
                offset = end
            }
            return parts.joined(separator: "/")
        }
    }
}

extension Key {
    /// Appends the key's value at `place` (from 0) to a row image, as it stands.
    public func appendValue(_ place: Int, to row: inout [UInt8]) {
        unsafe bytes.withUnsafeBytes { arena in
            var offset = 0
            var left = place
            // The bytes were written by `RowWriter`; a damaged end stops the walk.
            while let end = unsafe RowOffsets.skip(arena, at: offset) {
                if left == 0 {
                    row.append(contentsOf: bytes[offset..<end])
                    return
                }
                left -= 1
                offset = end
            }
        }
    }
}

extension Key {
    /// A key of one whole number.
    public init(wholeNumber: Int64) {
        bytes = []
        RowWriter.integer(wholeNumber, &bytes)
    }

    /// The whole number that the key is; nil when it is anything else.
    public var wholeNumber: Int64? {
        unsafe bytes.withUnsafeBytes { arena in
            // The walk checks its bounds.
            guard RowOffsets.skip(arena, at: 0) == arena.count else { return nil }
            return unsafe CellView.integer(arena, at: 0)
        }
    }
}
