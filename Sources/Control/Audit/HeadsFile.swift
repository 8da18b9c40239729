import Foundation

/// A file, best on another machine's disk, to which every signed head is added: what a chain is held against
/// that may have been cut off or written anew. One migration's.
public struct HeadsFile: Sendable {
    /// What the file holds.
    public struct Content: Sendable {
        /// The signed heads, in order.
        public var heads: [SignedHead]
        /// Lines that are none: one that was being written when a machine failed, or somebody's.
        public var strange: Int
    }

    private let path: String
    private let name: String

    /// The file at a path.
    ///
    /// - Parameters:
    ///   - path: Where it is, or is to be.
    ///   - shown: How errors name it, where its path is nobody's business.
    public init(path: String, shown: String? = nil) {
        self.path = path
        name = shown ?? path
    }

    /// Makes sure that heads can be added, before something is done that needs it.
    ///
    /// - Parameter isBegun: Whether there is a chain: its file is there, then. One that is not may be on a
    ///   disk that is not there either, and a new one in its place would hold nothing against the chain.
    public func prepare(isBegun: Bool) throws {
        if isBegun, unsafe access(path, F_OK) != 0, errno == ENOENT {
            throw AuditError(
                .unusableHeads, "\(name) is not there, and the chain has entries",
                hint: "bring its disk back; where heads are to be kept from now on, make it as an empty file")
        }
        try write([])
    }

    /// Adds a head, and makes it durable.
    public func add(_ signed: SignedHead) throws { try write(Array((try signed.text() + "\n").utf8)) }

    private func write(_ line: [UInt8]) throws {
        do {
            let file = unsafe open(path, O_RDWR | O_CREAT | O_APPEND, 0o644)
            guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            // Several processes may add: each line is whole before the next begins.
            guard flock(file, LOCK_EX) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            if !line.isEmpty { try append(line, to: handle) }
            try handle.close()
        } catch {
            throw AuditError(
                .unusableHeads, "no head can be added to \(name): \(Self.words(error))",
                hint:
                    "check the folder, its rights and its space; the next head covers those that are missing"
            )
        }
    }

    private func append(_ line: [UInt8], to handle: FileHandle) throws {
        let end = try handle.seekToEnd()
        do {
            // A line that was cut off by a failure stays by itself.
            var isCut = false
            if end > 0 {
                try handle.seek(toOffset: end - 1)
                isCut = try handle.read(upToCount: 1) != Data([0x0A])
            }
            try handle.seekToEnd()
            try handle.write(contentsOf: Data((isCut ? [0x0A] : []) + line))
            try handle.synchronize()
        } catch {
            // What was written of it is taken back; if that fails, too, it stays as a line that is none.
            try? handle.truncate(atOffset: end)
            throw error
        }
    }

    private static func words(_ error: any Error) -> String {
        let code =
            (error as? POSIXError)?.code.rawValue
            ?? ((error as? CocoaError)?.underlying as? POSIXError)?.code.rawValue
        guard let code else { return "\(type(of: error))" }
        // The text belongs to the C library, which keeps it.
        return unsafe String(cString: unsafe strerror(code))
    }

    /// What the file holds; nil when it is not there.
    ///
    /// A last line without its end counts when it is a head.
    public func read() throws -> Content? {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as CocoaError
            where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile
        {
            return nil
        } catch {
            throw AuditError(
                .unusableHeads, "\(name) cannot be read: \(Self.words(error))",
                hint: "name a file that this account may read")
        }
        let lines = data.split(separator: 0x0A).map { line in
            String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }
        let heads = lines.map(SignedHead.init(text:))
        return Content(heads: heads.compactMap(\.self), strange: heads.count { $0 == nil })
    }
}

extension CocoaError {
    /// The error that this one was made of.
    fileprivate var underlying: (any Error)? {
        // The key is a constant of Foundation's.
        unsafe userInfo[NSUnderlyingErrorKey] as? any Error
    }
}
