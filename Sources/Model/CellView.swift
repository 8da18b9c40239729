/// One value of a row image, read in place.
///
/// The bytes are borrowed from the row's arena: a view must not outlive the call in which the arena is held.
@safe public struct CellView {
    /// What the value is.
    public let kind: Kind
    /// An integer's value, a bool's 0 or 1, a double's bits, a decimal's scale.
    public let bits: UInt64
    /// The payload of text, bytes, JSON, arrays, UUIDs, intervals and decimals' coefficients; empty
    /// otherwise.
    public let payload: UnsafeRawBufferPointer

    /// Reads the value whose tag stands at `offset`; nil when the bytes end before the value does or name no
    /// kind.
    @inlinable
    public init?(_ arena: UnsafeRawBufferPointer, at offset: Int) {
        guard let (cell, _) = unsafe CellView.read(arena, at: offset) else { return nil }
        self = cell
    }

    @inlinable
    init(kind: Kind, bits: UInt64, payload: UnsafeRawBufferPointer) {
        self.kind = kind
        self.bits = bits
        unsafe self.payload = payload
    }

    /// The integer of an integral kind.
    @inlinable public var integer: Int64 { Int64(bitPattern: bits) }

    /// The double.
    @inlinable public var double: Double { Double(bitPattern: bits) }

    /// Whether this is a true bool.
    @inlinable public var isTrue: Bool { bits != 0 }

    /// Text as an owned string; invalid UTF-8 is repaired, so ask `isValidText` where that matters.
    public var string: String { unsafe String(decoding: payload, as: UTF8.self) }

    /// A decimal's coefficient.
    @inlinable
    public var coefficient: Int128 {
        // The payload was bounds-checked when the view was made.
        unsafe payload.withMemoryRebound(to: UInt8.self) { bytes in
            guard let last = unsafe bytes.last else { return 0 }
            var value: Int128 = last >= 0x80 ? -1 : 0
            for index in stride(from: bytes.count - 1, through: 0, by: -1) {
                value = unsafe value << 8 | Int128(bytes[index])
            }
            return value
        }
    }

    /// A UUID as a number, most significant byte first.
    @inlinable
    public var uuid: UInt128 {
        // The payload has sixteen bytes when the kind is `uuid`.
        var value: UInt128 = 0
        for index in unsafe payload.indices { value = unsafe value << 8 | UInt128(payload[index]) }
        return value
    }

    /// The value at `offset` and the offset after it.
    @inlinable
    public static func read(_ arena: UnsafeRawBufferPointer, at offset: Int) -> (CellView, end: Int)? {
        guard offset >= 0, offset < arena.count else { return nil }
        // Every access below stays under `arena.count`, which is checked before it.
        let tag = unsafe arena[offset]
        guard let kind = Kind(rawValue: tag & 15) else { return nil }
        let aux = Int(tag >> 4)
        let start = offset + 1
        switch kind {
        case .absent, .null:
            return unsafe (CellView(kind: kind, bits: 0, payload: .init(start: nil, count: 0)), start)
        case .bool:
            return unsafe (
                CellView(kind: kind, bits: UInt64(aux & 1), payload: .init(start: nil, count: 0)), start
            )
        case .int64, .date, .time, .timestamp, .timestampZoned:
            guard aux <= 8, start + aux <= arena.count else { return nil }
            let bits = unsafe signExtended(arena, at: start, count: aux)
            return unsafe (
                CellView(kind: kind, bits: bits, payload: .init(start: nil, count: 0)), start + aux
            )
        case .double:
            guard start + 8 <= arena.count else { return nil }
            let bits = unsafe UInt64(
                littleEndian: arena.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            return unsafe (CellView(kind: kind, bits: bits, payload: .init(start: nil, count: 0)), start + 8)
        case .decimal:
            let count = aux == 15 ? 16 : aux
            guard start + 1 + count <= arena.count, unsafe arena[start] <= 38 else { return nil }
            let payload = unsafe UnsafeRawBufferPointer(rebasing: arena[start + 1..<start + 1 + count])
            return unsafe (
                CellView(kind: kind, bits: UInt64(arena[start]), payload: payload), start + 1 + count
            )
        case .text, .bytes, .json, .array:
            return unsafe variable(arena, kind: kind, aux: aux, start: start)
        case .uuid:
            return unsafe sized(arena, kind: kind, start: start, count: 16)
        case .interval:
            return unsafe sized(arena, kind: kind, start: start, count: 24)
        }
    }

    /// The integer whose tag stands at `offset`; nil when the bytes end before it does or hold another kind.
    @inlinable
    public static func integer(_ arena: UnsafeRawBufferPointer, at offset: Int) -> Int64? {
        guard offset >= 0, offset < arena.count else { return nil }
        // Every access stays under `arena.count`, which is checked before it.
        let tag = unsafe arena[offset]
        let aux = Int(tag >> 4)
        guard tag & 15 == Kind.int64.rawValue, aux <= 8, offset + 1 + aux <= arena.count else { return nil }
        return unsafe Int64(bitPattern: signExtended(arena, at: offset + 1, count: aux))
    }

    /// The payload of the text whose tag stands at `offset`; nil when the bytes end before it does or hold
    /// another kind.
    @inlinable
    public static func text(_ arena: UnsafeRawBufferPointer, at offset: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, offset < arena.count else { return nil }
        // Every access stays under `arena.count`, which is checked before it.
        let tag = unsafe arena[offset]
        guard tag & 15 == Kind.text.rawValue else { return nil }
        let aux = Int(tag >> 4)
        guard aux < 15 else {
            return unsafe variable(arena, kind: .text, aux: aux, start: offset + 1)?.0.payload
        }
        guard aux < arena.count - offset else { return nil }
        return unsafe UnsafeRawBufferPointer(rebasing: arena[offset + 1..<offset + 1 + aux])
    }

    @inlinable
    static func variable(
        _ arena: UnsafeRawBufferPointer, kind: Kind, aux: Int, start: Int
    ) -> (CellView, end: Int)? {
        guard aux == 15 else { return unsafe sized(arena, kind: kind, start: start, count: aux) }
        guard let (count, next) = unsafe varint(arena, at: start), count <= UInt64(arena.count) else {
            return nil
        }
        return unsafe sized(arena, kind: kind, start: next, count: Int(count))
    }

    @inlinable
    static func sized(
        _ arena: UnsafeRawBufferPointer, kind: Kind, start: Int, count: Int
    ) -> (CellView, end: Int)? {
        guard count <= arena.count - start else { return nil }
        let payload = unsafe UnsafeRawBufferPointer(rebasing: arena[start..<start + count])
        return unsafe (CellView(kind: kind, bits: 0, payload: payload), start + count)
    }

    @inlinable
    static func signExtended(_ arena: UnsafeRawBufferPointer, at start: Int, count: Int) -> UInt64 {
        if count == 0 { return 0 }
        if start + 8 <= arena.count {
            // Eight bytes at once, of which the upper ones belong to what follows and are shifted out.
            let shift = UInt64(64 - 8 * count)
            let word = unsafe UInt64(
                littleEndian: arena.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            return UInt64(bitPattern: Int64(bitPattern: word << shift) >> Int64(shift))
        }
        var value: UInt64 = unsafe arena[start + count - 1] >= 0x80 ? .max : 0
        for index in stride(from: start + count - 1, through: start, by: -1) {
            value = unsafe value << 8 | UInt64(arena[index])
        }
        return value
    }

    /// A base-128 number at `offset` and the offset after it; nil past ten bytes or the arena's end.
    @inlinable
    public static func varint(_ arena: UnsafeRawBufferPointer, at offset: Int) -> (UInt64, end: Int)? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var index = offset
        while index < arena.count, shift < 64 {
            // The loop's condition keeps `index` inside the arena.
            let byte = unsafe arena[index]
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return (value, index) }
            shift += 7
        }
        return nil
    }
}
