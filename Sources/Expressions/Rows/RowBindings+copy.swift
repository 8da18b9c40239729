public import Model

extension RowBindings {
    /// Appends one column's value to a row image just as it stands, when it has exactly this kind; false when
    /// it must be read.
    ///
    /// Texts are checked to be UTF-8, and decimals to have no more digits after the point than `scale`, as
    /// reading them would do.
    public func copyCell(
        _ field: Int, at slot: Int, of kind: Kind, scale: Int?, into row: inout [UInt8]
    ) -> Bool {
        guard let rows = unsafe singleCells(at: slot), unsafe rows.pointee.has(field, row: 0) else {
            return false
        }
        return unsafe rows.pointee.copyCell(field, of: kind, scale: scale, into: &row)
    }
}

extension RowCells {
    /// Appends the only row's cell as it stands, when it has exactly this kind.
    func copyCell(_ field: Int, of kind: Kind, scale: Int?, into row: inout [UInt8]) -> Bool {
        let start = offset(field, row: 0)
        // The offsets were found by a scan of this arena, and the read checks its bounds again.
        guard let (cell, end) = unsafe CellView.read(arena, at: start), cell.kind == kind else {
            return false
        }
        if kind == .text {
            guard unsafe UTF8Validation.isValid(cell.payload) else { return false }
        }
        if kind == .decimal, let scale, Int(cell.bits) > scale { return false }
        unsafe row.append(contentsOf: UnsafeRawBufferPointer(rebasing: arena[start..<end]))
        return true
    }
}
