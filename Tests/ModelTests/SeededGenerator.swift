/// SplitMix64: every random test draws from one of these and prints its seed, so that a failure can be played
/// again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ name: String = #function, seed: UInt64 = .random(in: .min ... .max)) {
        state = seed
        print("\(name): seed \(seed)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An integer whose number of bits is itself random, so that small and extreme ones both come up.
    mutating func integer() -> Int64 {
        switch next() % 16 {
        case 0: .min
        case 1: .max
        case 2: 0
        default: Int64(bitPattern: next()) >> Int64(next() % 64)
        }
    }

    /// A coefficient of any size.
    mutating func coefficient() -> Int128 {
        switch next() % 32 {
        case 0: .min
        case 1: .max
        case 2: 0
        default: Int128(truncatingIfNeeded: UInt128(next()) << 64 | UInt128(next())) >> Int128(next() % 128)
        }
    }

    /// A decimal of any size and scale, often with trailing zeros.
    mutating func decimal() -> (coefficient: Int128, scale: Int) {
        var value = coefficient()
        if next() % 3 == 0 {
            for _ in 0..<next() % 12 where value.magnitude < UInt128(1) << 120 { value *= 10 }
        }
        return (value, Int(next() % 39))
    }
}
