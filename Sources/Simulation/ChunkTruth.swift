import Capture
import Model

/// Says whether a chunk of history and its certificate are so, by what the legacy database knows of every
/// version of every row.
struct ChunkTruth {
    /// The end of a table's history in the log.
    struct End {
        var number: Int
        var keyThrough: String?
        var isLast: Bool
    }

    private let legacy: SimulatedLegacy
    private let table: LegacyTable
    /// Where the capture began: what changed later is in the log by itself.
    private let start: Position

    /// Knows a table of a legacy database.
    init(_ legacy: SimulatedLegacy, _ table: LegacyTable, start: Position) {
        self.legacy = legacy
        self.table = table
        self.start = start
    }

    /// What is wrong with a chunk; nil when nothing is.
    ///
    /// - Parameters:
    ///   - chunk: Its certificate.
    ///   - batch: Its rows.
    ///   - end: Where the table's history ended in the log before it; nil when it had not begun.
    func objection(to chunk: ChunkCertificate, _ batch: ChangeBatch, after end: End?) -> String? {
        order(chunk, after: end) ?? counts(chunk, batch) ?? rows(chunk, batch)
    }

    private func order(_ chunk: ChunkCertificate, after end: End?) -> String? {
        let name = "chunk \(chunk.number) of \(chunk.table)"
        guard chunk.number == (end?.number ?? -1) + 1 else { return "\(name) follows \(end?.number ?? -1)" }
        if end?.isLast ?? false { return "\(name) follows the last one" }
        if chunk.keyAfter != end?.keyThrough { return "\(name) does not begin where the one before ended" }
        if chunk.isLast != (chunk.keyThrough == nil) { return "\(name) has no end, and is not the last" }
        return chunk.low <= chunk.high ? nil : "\(name) ends before it begins"
    }

    private func counts(_ chunk: ChunkCertificate, _ batch: ChangeBatch) -> String? {
        let kept = chunk.rowsRead - chunk.rowsDropped
        guard kept == batch.changes.count, chunk.rowsDropped >= 0 else {
            return "a chunk of \(kept) rows stands in the log with \(batch.changes.count)"
        }
        return chunk.digest == BackfillMachine.digest(of: batch)
            ? nil : "a chunk's digest is not that of its rows"
    }

    /// Every row stands as it was where the chunk was placed, and every row of its range is there, or was
    /// changed since the capture began.
    private func rows(_ chunk: ChunkCertificate, _ batch: ChangeBatch) -> String? {
        var images: [LegacyKey: [UInt8]] = [:]
        var expected: [[UInt8]: LegacyKey] = [:]
        for key in legacy.keys where key.table == table {
            guard let row = legacy.row(key, at: chunk.high), isInside(row.primaryKey(key), chunk) else {
                continue
            }
            var image: [UInt8] = []
            row.encode(key, into: &image)
            expected[image] = key
        }
        let starts = batch.changes.compactMap { $0.after.map(Int.init) } + [batch.bytes.count]
        for (start, end) in zip(starts, starts.dropFirst()) {
            let image = Array(batch.bytes[start..<end])
            guard let key = expected[image] else {
                return "a chunk of \(chunk.table) holds a row that was not so at \(chunk.high)"
            }
            images[key] = image
        }
        for key in expected.values.sorted() where images[key] == nil {
            let changed = legacy.history(of: key).last { $0.position <= chunk.high }?.position ?? .start
            if changed <= start { return "a chunk of \(chunk.table) lacks the row \(key)" }
        }
        return nil
    }

    private func isInside(_ key: LegacyKey, _ chunk: ChunkCertificate) -> Bool {
        func known(_ text: String?) -> LegacyKey? {
            text.flatMap(Hex.decode).flatMap { LegacyKey(table, encoded: Key(bytes: $0)) }
        }
        if let after = known(chunk.keyAfter), key <= after { return false }
        if let through = known(chunk.keyThrough), key > through { return false }
        return true
    }
}
