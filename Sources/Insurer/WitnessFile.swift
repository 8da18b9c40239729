import Glibc

/// Reads witness files.
enum WitnessFile {
    /// A file's bytes.
    static func read(_ path: String) throws -> [UInt8] {
        // The path lives through the call, which keeps no pointer to it.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw WitnessLog.failure("open", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // The buffer outlives the call.
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw WitnessLog.failure("read", path) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk.prefix(count))
        }
    }

    /// The records in whole lines; a last line without an end is left out.
    static func records(_ bytes: ArraySlice<UInt8>) throws -> [WitnessRecord] {
        guard let end = bytes.lastIndex(of: 0x0A) else { return [] }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        return try text.split(separator: "\n").map(WitnessRecord.init(line:))
    }

    /// The records of a file.
    static func records(at path: String) throws -> [WitnessRecord] {
        try records(read(path)[...])
    }
}
