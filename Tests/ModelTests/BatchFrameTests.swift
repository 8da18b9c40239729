import Model
import Testing

@Suite struct BatchFrameTests {
    private func batch(_ random: inout SeededGenerator) -> ChangeBatch {
        let columns = (0..<Int(1 + random.next() % 5)).map { index in
            ColumnSchema(
                name: "c\(index)", kind: .text, declaredType: "VARCHAR(20)", scale: index == 1 ? 2 : nil)
        }
        let references = [ForeignKey(columns: [0], table: "u", referredColumns: ["id"])]
        let tables = [
            TableSchema(name: "t", columns: columns, key: [0], uniqueKeys: [[0]], references: references),
            TableSchema(name: "u", columns: [ColumnSchema(name: "id", kind: .int64)], key: []),
        ]
        var batch = ChangeBatch(tables: tables)
        batch.continues = random.next() & 1 == 1
        for number in 0..<Int(random.next() % 4) {
            let first = batch.changes.count
            for _ in 0..<Int(random.next() % 4) {
                let table = UInt16(random.next() % 2)
                let count = tables[Int(table)].columns.count
                var images: [UInt32?] = []
                for _ in 0..<2 {
                    if random.next() % 3 == 0 {
                        images.append(nil)
                        continue
                    }
                    images.append(UInt32(batch.bytes.count))
                    for _ in 0..<count { SampleValue.random(&random).write(&batch.bytes) }
                }
                let operation = Operation(rawValue: UInt8(1 + random.next() % 6)) ?? .insert
                batch.changes.append(
                    .init(operation: operation, table: table, before: images[0], after: images[1]))
            }
            batch.transactions.append(
                .init(
                    position: Position(UInt64(number)), committedAt: number == 0 ? nil : random.integer(),
                    origin: number == 1 ? .banyan : .application, changes: first..<batch.changes.count))
        }
        return batch
    }

    @Test func framesReadBackEqual() throws {
        var random = SeededGenerator()
        for index in 0..<200 {
            var batch = batch(&random)
            if index % 3 == 0 {
                batch.chunk = ChunkCertificate(
                    context: "c", table: "t", number: 4, keyAfter: nil, keyThrough: "3107", low: Position(3),
                    high: Position(9),
                    frontier: Position(5), rowsRead: 10, rowsDropped: 2, digest: "ab", isLast: false)
            }
            #expect(try ChangeBatch(frame: batch.frame()) == batch)
        }
    }

    @Test func everyCutFrameIsRefused() throws {
        var random = SeededGenerator()
        for _ in 0..<10 {
            let frame = try batch(&random).frame()
            for count in 0..<frame.count {
                #expect(throws: (any Error).self) { try ChangeBatch(frame: Array(frame[..<count])) }
            }
            #expect(throws: ModelError.self) { try ChangeBatch(frame: frame + [0]) }
        }
    }

    @Test func aFlippedBitFailsTheChecksumAndNeverLeadsOutsideTheFrame() throws {
        var random = SeededGenerator()
        for _ in 0..<4 {
            let frame = try batch(&random).frame()
            let sum = Checksum.crc32c(frame)
            for bit in 0..<frame.count * 8 {
                var damaged = frame
                damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(Checksum.crc32c(damaged) != sum)
                guard let read = try? ChangeBatch(frame: damaged) else { continue }
                // What still decodes is a batch like any other: every image can be read, and it frames again
                // to an equal one.
                #expect(try ChangeBatch(frame: read.frame()) == read)
                touchEveryCell(of: read)
            }
        }
    }

    private func touchEveryCell(of batch: ChangeBatch) {
        var offsets = RowOffsets()
        unsafe batch.bytes.withUnsafeBytes { arena in
            for change in batch.changes {
                let columns = batch.tables[Int(change.table)].columns.count
                for image in [change.before, change.after].compactMap(\.self) {
                    // The arena lives within this closure.
                    #expect(unsafe offsets.scan(arena, at: Int(image), columns: columns))
                    for column in 0..<columns { #expect(unsafe CellView(arena, at: offsets[column]) != nil) }
                }
            }
        }
    }

    @Test(arguments: [UInt8(1), 9]) func anOlderAndANewerVersionAreRefusedByName(_ version: UInt8) throws {
        var random = SeededGenerator()
        var frame = try batch(&random).frame()
        frame[3] = version
        #expect {
            try ChangeBatch(frame: frame)
        } throws: { error in
            (error as? ModelError)?.code == .unsupportedVersion
        }
    }
}
