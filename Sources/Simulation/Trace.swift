/// What happened in a history: a rolling digest of every step, and the story in words when somebody reads it.
final class Trace {
    private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var steps = 0
    private(set) var lines: [String] = []
    private let tells: Bool

    init(tells: Bool) {
        self.tells = tells
    }

    /// Notes a step.
    ///
    /// - Parameters:
    ///   - code: What kind of step it was.
    ///   - value: What it was about.
    ///   - words: The step in words; asked for only when the story is told.
    func note(_ code: StaticString, _ value: UInt64 = 0, _ words: @autoclosure () -> String) {
        steps += 1
        // The literal's bytes live as long as the program.
        unsafe mix(UInt64(code.utf8CodeUnitCount) << 8 ^ UInt64(code.utf8Start.pointee))
        mix(value)
        if tells { lines.append(words()) }
    }

    private func mix(_ value: UInt64) {
        digest = (digest ^ value) &* 0x0000_0100_0000_01b3
        digest ^= digest >> 29
    }
}
