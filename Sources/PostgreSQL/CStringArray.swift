/// Texts as C wants them: an array of addresses, each of bytes that end with a zero.
enum CStringArray {
    /// Gives the addresses of texts, in order, with a null address for nil and one after the last.
    static func with<T>(_ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T) -> T {
        var arena: [UInt8] = []
        var starts: [Int?] = []
        for text in texts {
            starts.append(text.map { _ in arena.count })
            guard let text else { continue }
            // A zero inside a text would end it early; the server takes none either.
            arena += text.utf8.filter { $0 != 0 } + [0]
        }
        // One byte more, so that the arena has an address even without texts.
        arena.append(0)
        return unsafe arena.withUnsafeBytes { bytes in
            // The arena is not empty, each start lies inside it, and it lives until the body returns.
            let base = unsafe bytes.assumingMemoryBound(to: CChar.self).baseAddress
            var addresses: [UnsafePointer<CChar>?] = unsafe []
            for start in starts {
                if let base = unsafe base, let start {
                    unsafe addresses.append(base + start)
                } else {
                    unsafe addresses.append(nil)
                }
            }
            unsafe addresses.append(nil)
            return unsafe body(addresses)
        }
    }
}
