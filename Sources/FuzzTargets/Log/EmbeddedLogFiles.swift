/// The files of an embedded log as a killed process leaves them.
struct EmbeddedLogFiles {
    /// The size of a page.
    static let pageBytes = 16 << 10
    /// The size of a frame of the write-ahead file.
    static let frameBytes = WALImage.frameHeaderBytes + pageBytes

    var main: [UInt8]
    var ahead: [UInt8]
    var witness: [UInt8]

    /// Reads them, the write-ahead file under salts that are the same each time.
    init(_ path: String) throws {
        main = try FileBytes.read(path)
        let log = try FileBytes.read(path + "-wal")
        ahead = log.count < WALImage.headerBytes ? [] : WALImage(resalting: log, salts: (1, 2)).bytes
        witness = try FileBytes.read(path + ".end")
    }

    /// Puts them in the place of a log that nobody has open; empty ones are not made.
    func write(_ path: String) throws {
        for suffix in ["-shm", "-journal", ".lock", ".new"] { FileBytes.remove(path + suffix) }
        for (bytes, suffix) in [(main, ""), (ahead, "-wal"), (witness, ".end")] {
            if bytes.isEmpty {
                FileBytes.remove(path + suffix)
            } else {
                try FileBytes.write(bytes, path + suffix)
            }
        }
    }
}
