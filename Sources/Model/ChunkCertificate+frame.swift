/// A chunk's certificate as a frame holds it: each field in turn, texts with their length before them.
extension ChunkCertificate {
    /// Appends the certificate.
    func encode(into bytes: inout [UInt8]) {
        func varint(_ value: UInt64) { RowWriter.varint(value, &bytes) }
        func integer(_ value: Int) { varint(UInt64(bitPattern: Int64(value))) }
        func text(_ value: String) {
            varint(UInt64(value.utf8.count))
            bytes += value.utf8
        }
        text(context)
        text(table)
        // A replay is number -1; whether the counts make sense is for whoever checks the certificate.
        integer(number)
        varint((keyAfter == nil ? 0 : 1) | (keyThrough == nil ? 0 : 2) | (isLast ? 4 : 0))
        text(keyAfter ?? "")
        text(keyThrough ?? "")
        for position in [low, high, frontier] { varint(position.value) }
        integer(rowsRead)
        integer(rowsDropped)
        text(digest)
    }

    /// Reads what `encode` wrote.
    init(_ reader: inout ByteReader) throws(ModelError) {
        let context = try reader.string("context")
        let table = try reader.string("table")
        func integer(_ what: String) throws(ModelError) -> Int {
            Int(Int64(bitPattern: try reader.varint(what)))
        }
        let number = try integer("number")
        let flags = try reader.count("flags", atMost: 7)
        let after = try reader.string("key before")
        let through = try reader.string("last key")
        self.init(
            context: context, table: table, number: number, keyAfter: flags & 1 == 0 ? nil : after,
            keyThrough: flags & 2 == 0 ? nil : through, low: Position(try reader.varint("low")),
            high: Position(try reader.varint("high")), frontier: Position(try reader.varint("frontier")),
            rowsRead: try integer("rows read"), rowsDropped: try integer("rows dropped"),
            digest: try reader.string("digest"), isLast: flags & 4 != 0)
    }
}
