import Model

/// The values of a legacy row besides its key.
struct LegacyRow: Equatable {
    /// A policy's kind; an item's quantity.
    var kind: Int32
    /// A policy's holder; 9 is one that the service refuses.
    var holder: Int32 = 0
    /// Grows with every change, so that no two versions of a row are equal.
    var revision: Int32 = 0
    /// What a policy's row is known by where its number is not its key; nil where it is.
    var id: Int32?

    /// The holder that the service refuses.
    static let refused: Int32 = 9

    /// The holder as legacy writes it.
    static let holders = (0..<10).map { $0 == 9 ? "refused" : "holder \($0)" }

    /// The row's primary key.
    func primaryKey(_ key: LegacyKey) -> LegacyKey {
        id.map { LegacyKey(table: key.table, policy: $0) } ?? key
    }

    /// Appends the row to a chunk, as it was read.
    func append(to batch: inout ChangeBatch, as key: LegacyKey) {
        let start = UInt32(batch.bytes.count)
        encode(key, into: &batch.bytes)
        batch.changes.append(ChangeBatch.Change(operation: .read, table: 0, before: nil, after: start))
    }

    /// The row as the pipeline has it.
    func encode(_ key: LegacyKey, into bytes: inout [UInt8]) {
        if let id { RowWriter.integer(Int64(id), &bytes) }
        RowWriter.integer(Int64(key.policy), &bytes)
        switch key.table {
        case .policy:
            if let code = LegacyKind(rawValue: kind)?.code {
                RowWriter.text(code, &bytes)
            } else {
                RowWriter.null(&bytes)
            }
            RowWriter.text(Self.holders[Int(holder)], &bytes)
            RowWriter.integer(Int64(revision), &bytes)
        case .item:
            RowWriter.integer(Int64(key.item), &bytes)
            RowWriter.integer(Int64(kind), &bytes)
        }
    }
}
