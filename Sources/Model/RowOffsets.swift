/// Where each column of one row image starts: computed once a row, in a buffer that is used again for the
/// next.
public struct RowOffsets: Sendable {
    /// The offset of each column's tag in the arena.
    public var offsets: [UInt32] = []
    /// The offset after the row.
    public var end = 0

    /// An empty buffer.
    public init() {}

    /// Finds the columns of the row image at `offset`; false when it is damaged or has fewer columns.
    @inlinable
    public mutating func scan(_ arena: UnsafeRawBufferPointer, at offset: Int, columns: Int) -> Bool {
        offsets.removeAll(keepingCapacity: true)
        var position = offset
        for _ in 0..<columns {
            offsets.append(UInt32(truncatingIfNeeded: position))
            guard let next = unsafe RowOffsets.skip(arena, at: position) else { return false }
            position = next
        }
        end = position
        return true
    }

    /// The offset of one column's tag.
    @inlinable
    public subscript(column: Int) -> Int { Int(offsets[column]) }

    /// The offset after the value at `offset`, without reading it.
    @inlinable
    public static func skip(_ arena: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        guard offset < arena.count else { return nil }
        // Every access below stays under `arena.count`, which is checked before it.
        let tag = unsafe arena[offset]
        let aux = Int(tag >> 4)
        let next: Int
        switch tag & 15 {
        case 0, 1, 2: next = offset + 1
        case 3, 8, 9, 10, 11: next = aux <= 8 ? offset + 1 + aux : .max
        case 4: next = offset + 9
        case 5:
            guard offset + 1 < arena.count, unsafe arena[offset + 1] <= 38 else { return nil }
            next = offset + 2 + (aux == 15 ? 16 : aux)
        case 12: next = offset + 25
        case 13: next = offset + 17
        default:
            if aux < 15 {
                next = offset + 1 + aux
            } else {
                guard let (count, start) = unsafe CellView.varint(arena, at: offset + 1),
                    count <= UInt64(arena.count)
                else { return nil }
                next = start + Int(count)
            }
        }
        return next <= arena.count ? next : nil
    }
}
