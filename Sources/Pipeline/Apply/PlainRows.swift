import Model

/// What a step comes to for aggregates of which nothing but one row each is written.
struct PlainRows {
    /// Rows to insert or update, holding the mapped columns.
    var rows: RowBuffer
    /// The service keys of rows that go away.
    var gone: RowBuffer
    /// The legacy keys of the step; nil where they were not looked at.
    var keys: KeyTable?

    /// Whether the step does nothing to these aggregates.
    var isEmpty: Bool { rows.isEmpty && gone.isEmpty }

    /// Whether one of these legacy keys may be among the step's.
    func mayTouch(_ others: [Key: Int]) -> Bool {
        if others.isEmpty { return false }
        guard let keys else { return true }
        if others.count <= keys.count { return others.keys.contains { keys.contains($0.bytes) } }
        return (0..<keys.count).contains { others[Key(bytes: Array(keys[$0]))] != nil }
    }
}
