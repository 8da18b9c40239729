public import Model

/// Batches for tests: valid, varied, and the same for the same generator.
public enum RandomBatch {
    /// The tables whose rows the batches hold.
    public static let tables = [
        TableSchema(
            name: "policy",
            columns: [
                ColumnSchema(name: "id", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "holder", kind: .text, declaredType: "TEXT"),
                ColumnSchema(name: "scan", kind: .bytes, declaredType: "BLOB"),
            ], key: [0]),
        TableSchema(
            name: "payment",
            columns: [
                ColumnSchema(name: "policy_id", kind: .int64, isNullable: false),
                ColumnSchema(name: "number", kind: .int64, isNullable: false),
                ColumnSchema(name: "amount", kind: .decimal, declaredType: "NUMERIC(12,2)", scale: 2),
            ], key: [0, 1]),
    ]

    /// Some transactions at `position` and after, with row images of about `bytes` in all.
    public static func make(
        using generator: inout SplitMix64, bytes: Int = 2_000, position: UInt64 = 1
    ) -> ChangeBatch {
        var batch = ChangeBatch(tables: tables)
        var position = position
        repeat {
            let first = batch.changes.count
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                append(to: &batch, using: &generator, bytes: bytes)
            }
            batch.transactions.append(
                ChangeBatch.Transaction(
                    position: Position(position),
                    committedAt: generator.chance(0.9) ? Int64(position) * 1_000 : nil,
                    origin: generator.chance(0.1) ? .banyan : .application,
                    changes: first..<batch.changes.count))
            position += UInt64.random(in: 1...9, using: &generator)
        } while batch.bytes.count < bytes
        batch.continues = generator.chance(0.1)
        return batch
    }

    private static func append(to batch: inout ChangeBatch, using generator: inout SplitMix64, bytes: Int) {
        let operation = [Operation.insert, .update, .delete][Int.random(in: 0..<3, using: &generator)]
        let table = Int.random(in: 0..<2, using: &generator)
        var images: [UInt32] = []
        for _ in 0..<(operation == .update ? 2 : 1) {
            images.append(UInt32(batch.bytes.count))
            image(of: table, &batch.bytes, using: &generator, bytes: bytes)
        }
        batch.changes.append(
            ChangeBatch.Change(
                operation: operation, table: UInt16(table), before: operation == .insert ? nil : images.first,
                after: operation == .delete ? nil : images.last))
    }

    private static func image(
        of table: Int, _ row: inout [UInt8], using generator: inout SplitMix64, bytes: Int
    ) {
        RowWriter.integer(Int64.random(in: 1...1_000_000, using: &generator), &row)
        if table == 0 {
            RowWriter.text("holder \(generator.next())", &row)
            let size = Int.random(in: 0...max(bytes / 4, 1), using: &generator)
            generator.chance(0.2)
                ? RowWriter.null(&row) : RowWriter.bytes(generator.bytes(size), kind: .bytes, &row)
        } else {
            RowWriter.integer(Int64.random(in: 1...99, using: &generator), &row)
            RowWriter.decimal(coefficient: Int128(generator.next() >> 20), scale: 2, &row)
        }
    }
}
