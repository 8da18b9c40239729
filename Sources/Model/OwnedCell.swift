/// One value copied out of a row image, for code that is not on a hot path.
public struct OwnedCell: Sendable, Hashable {
    /// What the value is.
    public var kind: Kind
    /// An integer, or one of the kinds that are stored as one; 0 otherwise.
    public var integer: Int64
    /// The payload of text, bytes and the other variable-length kinds.
    public var bytes: [UInt8]
    /// The value as people read it.
    public var display: String

    /// The payload as text; nil for NULL and for values that were not sent.
    public var text: String? {
        kind == .null || kind == .absent ? nil : display
    }

    /// Whether this is NULL.
    public var isNull: Bool { kind == .null }
}

extension RowBuffer {
    /// The values of one row; fewer than `columns` when its bytes are damaged.
    public func cells(of row: Int) -> [OwnedCell] {
        OwnedCell.read(Array(self[row]), columns: columns)
    }
}

extension OwnedCell {
    /// The values of an encoded row; fewer than `columns` when its bytes are damaged.
    public static func read(_ bytes: [UInt8], columns: Int = .max) -> [OwnedCell] {
        unsafe bytes.withUnsafeBytes { arena in
            var cells: [OwnedCell] = []
            var offset = 0
            // Each read checks its bounds; the walk ends where one fails.
            while cells.count < columns, let (cell, end) = unsafe CellView.read(arena, at: offset) {
                let isVariable = [.text, .bytes, .json, .array, .uuid, .interval].contains(cell.kind)
                cells.append(
                    OwnedCell(
                        kind: cell.kind, integer: isVariable || cell.kind == .decimal ? 0 : cell.integer,
                        bytes: unsafe isVariable ? Array(cell.payload) : [], display: cell.display))
                offset = end
            }
            return cells
        }
    }
}
