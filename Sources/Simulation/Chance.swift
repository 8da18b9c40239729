import TestKit

/// Every choice of a history, in order: drawn from a seed, or read from a script that a shrinker has made.
///
/// The value 0 always stands for the simplest choice, so that a shorter script with smaller values tells a
/// simpler story. A script that has ended gives 0.
final class Chance {
    private var generator: SplitMix64
    private let script: [UInt32]?
    private var place = 0
    /// What was chosen so far; kept only when asked for.
    private(set) var drawn: [UInt32] = []
    private let isRecording: Bool

    init(seed: UInt64, isRecording: Bool = false) {
        generator = SplitMix64(seed: seed)
        script = nil
        self.isRecording = isRecording
    }

    init(script: [UInt32]) {
        generator = SplitMix64(seed: 0)
        self.script = script
        isRecording = true
    }

    /// Whether a script has been read to its end.
    var isExhausted: Bool { script.map { place >= $0.count } ?? false }

    /// A number from 0 up to, and not including, `count`.
    func below(_ count: Int) -> Int {
        let value: UInt32
        if let script {
            value = place < script.count ? script[place] % UInt32(count) : 0
            place += 1
        } else {
            value = UInt32(truncatingIfNeeded: (generator.next() >> 32) % UInt64(count))
        }
        if isRecording { drawn.append(value) }
        return Int(value)
    }

    /// Whether something happens that happens so many times in a thousand; nothing is drawn for 0.
    func happens(_ perMille: Int) -> Bool {
        perMille > 0 && below(1000) >= 1000 - perMille
    }

    /// A number from 0 to 1.
    func fraction() -> Double { Double(below(1 << 16)) / Double(1 << 16) }
}
