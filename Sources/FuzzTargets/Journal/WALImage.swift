/// A write-ahead log of SQLite as bytes, with checksums that hold whatever its pages say.
struct WALImage {
    private(set) var bytes: [UInt8]
    private let pageBytes: Int
    private let salts: (UInt32, UInt32)
    private var sum: (UInt32, UInt32)

    /// The size of a frame's header.
    static let frameHeaderBytes = 24
    /// The size of the log's header.
    static let headerBytes = 32

    /// A log without a frame.
    init(pageBytes: Int, salts: (UInt32, UInt32)) {
        self.pageBytes = pageBytes
        self.salts = salts
        bytes = []
        for word in [0x377F_0682, 3_007_000, UInt32(pageBytes), 0, salts.0, salts.1] {
            Self.append(word, &bytes)
        }
        sum = Self.sum(bytes[...], (0, 0))
        Self.append(sum.0, &bytes)
        Self.append(sum.1, &bytes)
    }

    /// The same log as one that SQLite wrote, under other salts, so that one run's files are those of every
    /// run.
    init(resalting log: [UInt8], salts: (UInt32, UInt32)) {
        let pageBytes = Int(Self.word(log, 8))
        self.init(pageBytes: pageBytes, salts: salts)
        let frameBytes = Self.frameHeaderBytes + pageBytes
        let old = (Self.word(log, 16), Self.word(log, 20))
        for start in stride(from: Self.headerBytes, through: log.count - frameBytes, by: frameBytes) {
            guard Self.word(log, start + 8) == old.0, Self.word(log, start + 12) == old.1 else { return }
            appendFrame(
                page: Self.word(log, start), pagesAfterCommit: Self.word(log, start + 4),
                log[start + Self.frameHeaderBytes..<start + frameBytes])
        }
    }

    /// Adds a frame.
    ///
    /// - Parameter pagesAfterCommit: The size of the database after the commit that ends here; 0 inside one.
    mutating func appendFrame(page: UInt32, pagesAfterCommit: UInt32, _ content: some Collection<UInt8>) {
        var head: [UInt8] = []
        Self.append(page, &head)
        Self.append(pagesAfterCommit, &head)
        var content = Array(content.prefix(pageBytes))
        content += [UInt8](repeating: 0, count: pageBytes - content.count)
        sum = Self.sum(content[...], Self.sum(head[...], sum))
        bytes += head
        for word in [salts.0, salts.1, sum.0, sum.1] { Self.append(word, &bytes) }
        bytes += content
    }

    /// A big-endian word.
    static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func append(_ word: UInt32, _ bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }

    /// Words are read in little-endian order, as the magic number's last bit says.
    private static func sum(_ bytes: ArraySlice<UInt8>, _ start: (UInt32, UInt32)) -> (UInt32, UInt32) {
        var (first, second) = start
        for at in stride(from: bytes.startIndex, to: bytes.endIndex, by: 8) {
            first = first &+ little(bytes, at) &+ second
            second = second &+ little(bytes, at + 4) &+ first
        }
        return (first, second)
    }

    private static func little(_ bytes: ArraySlice<UInt8>, _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
            | UInt32(bytes[at + 3]) << 24
    }
}
