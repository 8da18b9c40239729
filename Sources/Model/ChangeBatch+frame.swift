/// The log's record of a batch: self-contained, so that any one of them can be read without another.
///
/// `BNY` and a version byte, flags, the table schemas as JSON, the chunk's certificate, the transactions, the
/// changes, the arena. The log adds the checksum. Readers accept the versions they know and refuse every
/// other by name.
extension ChangeBatch {
    /// The version that this build writes.
    public static let frameVersion: UInt8 = 2
    /// A frame with more changes than this is refused as damaged before memory is taken for it.
    static let changesMax = 1 << 26

    /// Encodes the batch.
    public func frame() throws -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(bytes.count + changes.count * 12 + 1024)
        frame += [0x42, 0x4E, 0x59, Self.frameVersion]
        frame.append((continues ? 1 : 0) | (chunk == nil ? 0 : 2))
        appendBlock(try SchemaBlocks.shared.bytes(of: tables), to: &frame)
        chunk?.encode(into: &frame)
        RowWriter.varint(UInt64(transactions.count), &frame)
        for transaction in transactions { append(transaction, to: &frame) }
        RowWriter.varint(UInt64(changes.count), &frame)
        for change in changes { append(change, to: &frame) }
        RowWriter.varint(UInt64(bytes.count), &frame)
        frame += bytes
        return frame
    }

    /// Decodes a frame, checking that every image lies within its arena.
    public init(frame: [UInt8]) throws {
        // The buffer is used only inside this closure.
        self = try unsafe frame.withUnsafeBytes { unsafe try ChangeBatch(frame: $0) }
    }

    /// Decodes a frame in place; the arena is the only part that is copied.
    ///
    /// - Parameters:
    ///   - frame: The bytes, valid for the length of the call.
    ///   - validatingImages: Whether every image is walked to see that it lies within its arena; not needed
    ///     where a checksum
    ///     has proven the bytes to be those that were encoded.
    public init(frame: UnsafeRawBufferPointer, validatingImages: Bool = true) throws {
        self.init(tables: [])
        // The reader lives only inside this call.
        var reader = unsafe ByteReader(frame)
        try decode(&reader)
        try checkTables()
        if validatingImages { try checkImages() }
    }

    private func appendBlock(_ block: [UInt8], to frame: inout [UInt8]) {
        RowWriter.varint(UInt64(block.count), &frame)
        frame += block
    }

    private func append(_ transaction: Transaction, to frame: inout [UInt8]) {
        RowWriter.varint(transaction.position.value, &frame)
        frame.append(
            transaction.origin.rawValue | (transaction.committedAt == nil ? 0 : 0x80)
                | (transaction.id == nil ? 0 : 0x40))
        if let time = transaction.committedAt { RowWriter.fixed(UInt64(bitPattern: time), &frame) }
        if let id = transaction.id { RowWriter.varint(id, &frame) }
        RowWriter.varint(UInt64(transaction.changes.count), &frame)
    }

    private func append(_ change: Change, to frame: inout [UInt8]) {
        frame.append(
            change.operation.rawValue | (change.before == nil ? 0 : 0x40) | (change.after == nil ? 0 : 0x80))
        RowWriter.varint(UInt64(change.table), &frame)
        if let before = change.before { RowWriter.varint(UInt64(before), &frame) }
        if let after = change.after { RowWriter.varint(UInt64(after), &frame) }
    }

    private mutating func decode(_ reader: inout ByteReader) throws {
        let magic = unsafe Array(try reader.take(3, "magic"))
        guard magic == [0x42, 0x4E, 0x59] else { throw ModelError(.malformed, "a frame starts with BNY") }
        let version = try reader.byte("version")
        guard version == Self.frameVersion else {
            throw ModelError(
                .unsupportedVersion, "frame version \(version); this build reads \(Self.frameVersion)")
        }
        let flags = try reader.byte("flags")
        continues = flags & 1 == 1
        tables = try decodeTables(&reader)
        if flags & 2 == 2 { chunk = try ChunkCertificate(&reader) }
        try decodeTransactions(&reader)
        try decodeChanges(&reader)
        let size = try reader.count("arena size", atMost: reader.remaining)
        bytes = unsafe Array(try reader.take(size, "arena"))
        guard reader.isAtEnd else { throw ModelError(.malformed, "bytes follow the arena") }
    }

    private func decodeTables(_ reader: inout ByteReader) throws -> [TableSchema] {
        let size = try reader.count("tables", atMost: reader.remaining)
        // The bytes are copied before the reader goes on.
        let block = unsafe Array(try reader.take(size, "tables"))
        return try SchemaBlocks.shared.tables(of: block)
    }

    private mutating func decodeTransactions(_ reader: inout ByteReader) throws {
        let count = try reader.count("transactions", atMost: reader.remaining)
        var first = 0
        for _ in 0..<count {
            let position = Position(try reader.varint("position"))
            let flags = try reader.byte("origin")
            guard let origin = Origin(rawValue: flags & 0x3F) else {
                throw ModelError(.malformed, "origin \(flags)")
            }
            var time: Int64?
            if flags & 0x80 != 0 {
                let raw = unsafe try reader.take(8, "commit time")
                // Eight bytes were taken, so the load stays inside them.
                time = unsafe Int64(littleEndian: raw.loadUnaligned(as: Int64.self))
            }
            let id = flags & 0x40 == 0 ? nil : try reader.varint("transaction id")
            let changes = try reader.count("changes of a transaction", atMost: Self.changesMax)
            transactions.append(
                Transaction(
                    position: position, committedAt: time, origin: origin, changes: first..<first + changes,
                    id: id))
            first += changes
        }
    }

    private mutating func decodeChanges(_ reader: inout ByteReader) throws {
        let count = try reader.count("changes", atMost: min(Self.changesMax, reader.remaining))
        guard count == transactions.last?.changes.upperBound ?? 0 else {
            throw ModelError(.malformed, "\(count) changes, but the transactions hold another number")
        }
        changes.reserveCapacity(count)
        for _ in 0..<count {
            let flags = try reader.byte("operation")
            guard let operation = Operation(rawValue: flags & 0x3F) else {
                throw ModelError(.malformed, "operation \(flags & 0x3F)")
            }
            let table = try reader.count("table", atMost: min(max(tables.count - 1, 0), Int(UInt16.max)))
            let before = flags & 0x40 == 0 ? nil : UInt32(try reader.count("before", atMost: Int(UInt32.max)))
            let after = flags & 0x80 == 0 ? nil : UInt32(try reader.count("after", atMost: Int(UInt32.max)))
            changes.append(Change(operation: operation, table: UInt16(table), before: before, after: after))
        }
        guard count == 0 || !tables.isEmpty else { throw ModelError(.malformed, "changes without a table") }
    }

    private func checkTables() throws {
        for table in tables {
            let named = table.key + table.uniqueKeys.joined() + table.references.flatMap(\.columns)
            guard named.allSatisfy(table.columns.indices.contains) else {
                throw ModelError(.malformed, "a key of a table names a column that the table does not have")
            }
        }
    }

    private func checkImages() throws {
        var offsets = RowOffsets()
        try unsafe bytes.withUnsafeBytes { arena in
            for change in changes {
                let columns = tables[Int(change.table)].columns.count
                for image in [change.before, change.after] {
                    guard let image else { continue }
                    guard unsafe offsets.scan(arena, at: Int(image), columns: columns) else {
                        throw ModelError(.malformed, "the row image at byte \(image) of the arena is damaged")
                    }
                }
            }
        }
    }
}
