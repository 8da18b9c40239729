/// A small random generator whose whole sequence follows from its seed (Steele, Lea and Flood 2014,
/// SplitMix).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    /// What the sequence follows from: printed when a random test fails.
    public let seed: UInt64
    private var state: UInt64

    /// The sequence of this seed.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// A sequence that nobody has seen before.
    public static func unseen() -> SplitMix64 {
        SplitMix64(seed: UInt64.random(in: .min ... .max))
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether an event of this probability happens.
    public mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    /// So many random bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) }
    }
}
