import Model

/// Batches as an input spells them: any table, any kind, any value that a row writer can write.
enum RandomRecord {
    static func batch(_ input: inout FuzzInput) -> ChangeBatch {
        var batch = ChangeBatch(
            tables: (0...input.number(below: 3)).map { _ in table(&input) },
            chunk: input.byte() % 4 == 0 ? RandomBody.chunk(&input) : nil)
        batch.continues = input.flag()
        repeat {
            let first = batch.changes.count
            for _ in 0..<input.number(below: 4) { append(&input, to: &batch) }
            batch.transactions.append(
                ChangeBatch.Transaction(
                    position: Position(UInt64(bitPattern: input.integer())),
                    committedAt: input.flag() ? input.integer() : nil,
                    origin: input.flag() ? .banyan : .application, changes: first..<batch.changes.count))
        } while !input.isAtEnd && batch.transactions.count < 64
        return batch
    }

    private static func table(_ input: inout FuzzInput) -> TableSchema {
        let columns = (0...input.number(below: 5)).map { number in
            ColumnSchema(
                name: "c\(number)" + input.text(), kind: Kind(rawValue: input.byte() & 15) ?? .text,
                declaredType: input.text(), isNullable: input.flag(),
                scale: input.flag() ? Int(input.byte()) : nil)
        }
        return TableSchema(name: input.text(), columns: columns, key: [input.number(below: columns.count)])
    }

    private static func append(_ input: inout FuzzInput, to batch: inout ChangeBatch) {
        let operation = Operation(rawValue: 1 + input.byte() % 7) ?? .insert
        let table = input.number(below: batch.tables.count)
        var images: [UInt32?] = [nil, nil]
        for place in 0..<2 where input.flag() {
            images[place] = UInt32(batch.bytes.count)
            for _ in batch.tables[table].columns { value(&input, &batch.bytes) }
        }
        batch.changes.append(
            ChangeBatch.Change(
                operation: operation, table: UInt16(table), before: images[0], after: images[1]))
    }

    private static func value(_ input: inout FuzzInput, _ row: inout [UInt8]) {
        let kind = Kind(rawValue: input.byte() & 15) ?? .null
        switch kind {
        case .absent: RowWriter.absent(&row)
        case .null: RowWriter.null(&row)
        case .bool: RowWriter.bool(input.flag(), &row)
        case .int64, .date, .time, .timestamp, .timestampZoned:
            RowWriter.integer(input.integer(), kind: kind, &row)
        case .double: RowWriter.double(Double(bitPattern: UInt64(bitPattern: input.integer())), &row)
        case .decimal:
            let high = Int128(input.integer()) << 64
            RowWriter.decimal(
                coefficient: high | Int128(UInt64(bitPattern: input.integer())), scale: input.byte() % 39,
                &row)
        case .text, .bytes, .json, .array: RowWriter.bytes(input.chunk(), kind: kind, &row)
        case .interval:
            RowWriter.interval(
                months: Int32(truncatingIfNeeded: input.integer()),
                days: Int32(truncatingIfNeeded: input.integer()), microseconds: input.integer(), &row)
        case .uuid:
            RowWriter.uuid(
                UInt128(UInt64(bitPattern: input.integer())) << 64 | UInt128(input.byte()), &row)
        }
    }
}
