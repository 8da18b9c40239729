/// Where an HTTP/1.1 message ends.
enum HTTPMessage {
    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// The length of the message at the front of these bytes; nil when more of them are needed to know.
    static func length(_ bytes: [UInt8]) -> Int? {
        guard let head = bytes.firstRange(of: lineEnd + lineEnd)?.upperBound else { return nil }
        let lines = String(decoding: bytes[..<head], as: UTF8.self).lowercased().split(separator: "\r\n")
        func field(_ name: String) -> String? {
            lines.dropFirst().first { $0.hasPrefix(name + ":") }.map {
                String($0.dropFirst(name.count + 1).drop { $0 == " " })
            }
        }
        if field("transfer-encoding")?.contains("chunked") ?? false { return chunks(bytes, from: head) }
        return head + (field("content-length").flatMap { Int($0) } ?? 0)
    }

    /// The end of the last chunk; trailing fields are taken for part of the next message.
    private static func chunks(_ bytes: [UInt8], from start: Int) -> Int? {
        var at = start
        while let line = bytes[at...].firstRange(of: lineEnd) {
            let digits = bytes[at..<line.lowerBound].prefix { $0 != UInt8(ascii: ";") }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
                return line.upperBound
            }
            let end = line.upperBound + size + lineEnd.count
            if size == 0 { return end }
            guard end <= bytes.count else { return nil }
            at = end
        }
        return nil
    }
}
