/// A place in one run of a write-ahead log, after a commit, from which the next commits are read.
///
/// Frames count only with the run's salts and an unbroken chain of checksums, so frames of an earlier run, of
/// a transaction that was rolled back, or still being written are never taken for committed ones.
struct WALCursor: Equatable {
    /// The run's header.
    let header: WALFormat.Header
    /// Where the next frame stands in the file.
    private(set) var offset: Int
    private var sum: WALFormat.Sum

    /// Bytes read at a time.
    private static let stretch = 256 << 10

    /// What a visitor says about a commit.
    enum Answer {
        /// It is done with, and so are those before it.
        case take
        /// It may have to be read again.
        case keep
    }

    /// The start of a run.
    init(_ header: WALFormat.Header) {
        self.header = header
        offset = WALFormat.headerBytes
        sum = header.sum
    }

    /// Visits every whole commit from here on with the last row of each page that looks like one of the
    /// journal's, and moves behind the last one taken.
    ///
    /// Goes as far as the file reaches now: whoever writes faster than this reads is not followed, which
    /// would never end.
    ///
    /// - Returns: Where the frames of this run end, committed or not.
    mutating func read(_ file: WALFile, nonce: Int64, visit: ([WALFormat.JournalRow]) throws -> Answer)
        rethrows -> Int
    {
        let frameBytes = WALFormat.frameHeaderBytes + header.pageBytes
        let count = max(1, Self.stretch / frameBytes)
        var (at, running) = (offset, sum)
        var rows: [WALFormat.JournalRow] = []
        let present = file.size
        while at < present {
            let bytes = file.read(min(count * frameBytes, present - at), at: at)
            var start = 0
            while start + frameBytes <= bytes.count {
                guard let next = check(bytes, start, running) else { return at }
                running = next
                let page = start + WALFormat.frameHeaderBytes..<start + frameBytes
                if let found = WALFormat.lastJournalRow(bytes, page, nonce: nonce) { rows.append(found) }
                at += frameBytes
                // A commit's last frame says how large the database is after it.
                if WALFormat.word(bytes, start + 4) != 0 {
                    if case .take = try visit(rows) { (offset, sum) = (at, running) }
                    rows.removeAll(keepingCapacity: true)
                }
                start += frameBytes
            }
            if bytes.count < count * frameBytes { return at }
        }
        return at
    }

    /// The checksum after the frame at `start`; nil when it is none of this run's.
    private func check(_ bytes: [UInt8], _ start: Int, _ running: WALFormat.Sum) -> WALFormat.Sum? {
        guard WALFormat.word(bytes, start + 8) == header.salt1,
            WALFormat.word(bytes, start + 12) == header.salt2
        else {
            return nil
        }
        let data = start + WALFormat.frameHeaderBytes
        var next = WALFormat.sum(bytes, start..<start + 8, header.isBigEndian, running)
        next = WALFormat.sum(bytes, data..<data + header.pageBytes, header.isBigEndian, next)
        let found = WALFormat.Sum(
            first: WALFormat.word(bytes, start + 16), second: WALFormat.word(bytes, start + 20))
        return found == next ? next : nil
    }
}
