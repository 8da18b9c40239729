import CRE2

/// A compiled regular expression of RE2 syntax, which matches in linear time.
@safe final class Pattern: @unchecked Sendable {
    // Unchecked: a compiled RE2 is immutable to its users and may be searched by several threads at once.
    private let compiled: OpaquePointer
    /// Memory for the program and its cache of states; beyond it RE2 is slower, and a larger pattern is
    /// refused.
    private static let memory = 1 << 20

    /// A pattern; an error that says why RE2 refuses it.
    init(_ text: Text) throws(EvaluationError) {
        var message = [CChar](repeating: 0, count: 128)
        let compiled = unsafe text.withBytes { bytes in
            let (count, capacity) = (bytes.count, message.count)
            // RE2 reads `count` bytes of the pattern and writes at most `capacity` bytes of message.
            return unsafe banyan_re2_new(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count, Pattern.memory, &message,
                capacity)
        }
        guard let compiled = unsafe compiled else {
            let end = message.firstIndex(of: 0) ?? message.endIndex
            let reason = String(decoding: message[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw EvaluationError(.invalidArgument, "the pattern is not valid: \(reason)")
        }
        unsafe self.compiled = compiled
    }

    deinit {
        // Made by `banyan_re2_new` and released here only.
        unsafe banyan_re2_free(compiled)
    }

    /// Whether the pattern matches somewhere in the text.
    func matches(_ text: Text) -> Bool {
        unsafe text.withBytes { bytes in
            // RE2 reads `count` bytes of the text.
            unsafe banyan_re2_search(
                compiled, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
    }
}
