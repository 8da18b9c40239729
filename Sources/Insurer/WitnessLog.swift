import Glibc

/// The memory of one writer, outside every database: an append-only text file.
///
/// `append` returns when the operating system has the lines, so that nothing is lost when the writer is
/// killed. Every `group` appends, and at the end, the lines are also forced to disk, so that a power cut
/// loses a few outcomes at most.
final class WitnessLog {
    private let descriptor: Int32
    private let path: String
    private let group: Int
    private var unforced = 0
    /// Transactions in the file, those of earlier runs included.
    private(set) var transactions: Int

    /// Opens or makes a witness file; a line that a killed writer left unfinished is cut off.
    ///
    /// - Throws: `InsurerError` when the file cannot be used.
    init(path: String, group: Int = 32) throws {
        // The path lives through the call, which keeps no pointer to it.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw WitnessLog.failure("open", path) }
        self.descriptor = descriptor
        self.path = path
        self.group = group
        transactions = 0
        // An unfinished line was never followed by a COMMIT or is the outcome of one: without it the outcome
        // is unknown.
        let text = try WitnessFile.read(path)
        let whole = text.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        guard ftruncate(descriptor, off_t(whole)) == 0, lseek(descriptor, 0, SEEK_END) == off_t(whole) else {
            throw WitnessLog.failure("cut", path)
        }
        transactions = try WitnessFile.records(text.prefix(whole)).reduce(0) {
            max($0, WitnessLog.number(of: $1.transaction))
        }
    }

    deinit { close(descriptor) }

    /// The number of the next transaction, unique in this file.
    func nextTransaction() -> Int {
        transactions += 1
        return transactions
    }

    /// Appends records in one write.
    func append(_ records: [WitnessRecord]) throws {
        var bytes: [UInt8] = []
        for record in records {
            bytes.append(contentsOf: record.line.utf8)
            bytes.append(0x0A)
        }
        try write(bytes)
        unforced += 1
        if unforced >= group { try force() }
    }

    /// Forces everything to disk.
    func force() throws {
        guard fsync(descriptor) == 0 else { throw WitnessLog.failure("force", path) }
        unforced = 0
    }

    private func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            // The buffer outlives the call and the slice stays inside it.
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw WitnessLog.failure("append to", path) }
            done += written
        }
    }

    /// The number behind the last dash of a transaction's name; 0 when there is none.
    private static func number(of transaction: String) -> Int {
        transaction.split(separator: "-").last.flatMap { Int($0) } ?? 0
    }

    static func failure(_ action: String, _ path: String) -> InsurerError {
        // The C library's text is copied before anything else can overwrite it.
        let reason = unsafe String(cString: strerror(errno))
        return InsurerError(
            .file, "cannot \(action) \(path): \(reason)", hint: "Check the folder, its rights and its space.")
    }
}
