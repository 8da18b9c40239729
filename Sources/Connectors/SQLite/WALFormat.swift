/// The parts of SQLite's documented file formats that show which journal rows a commit wrote.
///
/// After https://www.sqlite.org/fileformat2.html, sections 1.6 (b-tree pages), 2.1 (records) and 4 (the
/// write-ahead log).
enum WALFormat {
    static let headerBytes = 32
    static let frameHeaderBytes = 24

    /// The running checksum of a log: two words.
    struct Sum: Equatable {
        var first: UInt32
        var second: UInt32
    }

    /// A log's header.
    struct Header: Equatable {
        /// Whether checksums read words in big-endian order.
        var isBigEndian: Bool
        var pageBytes: Int
        /// Grows by one each time the log starts over.
        var salt1: UInt32
        /// Random for each start.
        var salt2: UInt32
        var sum: Sum

        /// Reads a header whose checksum holds; nil for anything else.
        init?(_ bytes: [UInt8]) {
            guard bytes.count >= headerBytes else { return nil }
            let magic = word(bytes, 0)
            guard magic & ~1 == 0x377F_0682, word(bytes, 4) == 3_007_000 else { return nil }
            isBigEndian = magic & 1 == 1
            pageBytes = Int(word(bytes, 8))
            guard pageBytes >= 512, pageBytes <= 65536, pageBytes & (pageBytes - 1) == 0 else { return nil }
            salt1 = word(bytes, 16)
            salt2 = word(bytes, 20)
            sum = WALFormat.sum(bytes, 0..<24, isBigEndian, Sum(first: 0, second: 0))
            guard sum == Sum(first: word(bytes, 24), second: word(bytes, 28)) else { return nil }
        }
    }

    /// A big-endian word.
    static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
            | UInt32(bytes[at + 3])
    }

    /// The checksum going on over a range whose length is a multiple of eight.
    static func sum(_ bytes: [UInt8], _ range: Range<Int>, _ isBigEndian: Bool, _ start: Sum) -> Sum {
        var (first, second) = (start.first, start.second)
        unsafe bytes.withUnsafeBytes { raw in
            var at = range.lowerBound
            while at < range.upperBound {
                // The range lies within the bytes; both loads stay inside it.
                let x = unsafe raw.loadUnaligned(fromByteOffset: at, as: UInt32.self)
                let y = unsafe raw.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self)
                first &+= (isBigEndian ? UInt32(bigEndian: x) : UInt32(littleEndian: x)) &+ second
                second &+= (isBigEndian ? UInt32(bigEndian: y) : UInt32(littleEndian: y)) &+ first
                at += 8
            }
        }
        return Sum(first: first, second: second)
    }

    /// A row of the journal as a page holds it.
    struct JournalRow: Equatable {
        /// The row's number.
        var seq: Int64
        /// What tells it from another row that had the number before.
        var mark: Int64
    }

    /// A page's last row when the page looks like a leaf of the journal, by the mark in that row.
    static func lastJournalRow(_ bytes: [UInt8], _ page: Range<Int>, nonce: Int64) -> JournalRow? {
        let start = page.lowerBound
        guard bytes[start] == 0x0D else { return nil }
        let cells = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        guard cells > 0, 8 + cells * 2 <= page.count else { return nil }
        let pointer = start + 8 + (cells - 1) * 2
        var at = start + (Int(bytes[pointer]) << 8 | Int(bytes[pointer + 1]))
        guard let payload = varint(bytes, &at, page.upperBound), payload > 0,
            let seq = varint(bytes, &at, page.upperBound)
        else { return nil }
        let record = at
        // The rowid's own column is stored as NULL (type 0), then the mark as eight bytes (type 6).
        guard let header = varint(bytes, &at, page.upperBound), let own = varint(bytes, &at, page.upperBound),
            own == 0,
            let type = varint(bytes, &at, page.upperBound), type == 6, header < Int64(page.count)
        else { return nil }
        let value = record + Int(header)
        guard header > 0, value + 8 <= page.upperBound else { return nil }
        let mark = Int64(bitPattern: UInt64(word(bytes, value)) << 32 | UInt64(word(bytes, value + 4)))
        return SQLiteJournalMark.isOf(mark, nonce: nonce) && seq > 0 ? JournalRow(seq: seq, mark: mark) : nil
    }

    /// A number of one to nine bytes, most significant first.
    static func varint(_ bytes: [UInt8], _ at: inout Int, _ end: Int) -> Int64? {
        var value: UInt64 = 0
        for count in 1...9 {
            guard at < end else { return nil }
            let byte = bytes[at]
            at += 1
            if count == 9 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return Int64(bitPattern: value) }
        }
        return nil
    }
}
