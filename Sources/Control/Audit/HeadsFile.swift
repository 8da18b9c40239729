import Foundation

/// A file, best on another machine's disk, to which every signed head is added: what a chain is held against
/// that may have been cut off or written anew.
public struct HeadsFile: Sendable {
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
    public func prepare() throws { try write([]) }

    /// Adds a head, and makes it durable.
    public func add(_ signed: SignedHead) throws { try write(Array((try signed.text() + "\n").utf8)) }

    private func write(_ line: [UInt8]) throws {
        do {
            let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            // One write at the end: lines of several processes do not mix.
            try handle.write(contentsOf: Data(line))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw AuditError(
                .unusableHeads, "no head can be added to \(name)",
                hint:
                    "check the folder, its rights and its space; the next head covers those that are missing"
            )
        }
    }

    /// The heads in the file, and how many of its lines are none.
    ///
    /// A last line without its end was being written when the machine failed; the head after it covers it.
    public func read() throws -> (heads: [SignedHead], strange: Int) {
        guard FileManager.default.fileExists(atPath: path) else { return ([], 0) }
        let text: String
        do {
            text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        } catch {
            throw AuditError(
                .unusableHeads, "\(name) cannot be read", hint: "name a file that this account may read")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let heads = lines.map { SignedHead(text: String($0)) }
        return (heads.compactMap(\.self), heads.count { $0 == nil })
    }
}
