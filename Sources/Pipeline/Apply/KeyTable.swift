/// Numbers keys in the order in which they are first seen, without an allocation for each.
struct KeyTable {
    /// How many keys it holds.
    private(set) var count = 0
    /// The keys, one after another.
    private var bytes: [UInt8] = []
    /// Where each key ends in `bytes`.
    private var ends: [Int] = []
    private var hashes: [Int] = []
    /// The number of a key, plus one, at a place that follows from its hash; 0 where there is none.
    private var slots: [UInt32] = []

    /// How many keys there will be at the most, about.
    private let expected: Int

    /// An empty table.
    ///
    /// - Parameter expected: How many keys there will be at the most, about.
    init(expecting expected: Int) {
        self.expected = expected
    }

    /// The bytes of a key.
    subscript(number: Int) -> ArraySlice<UInt8> { bytes[start(of: number)..<ends[number]] }

    /// Whether it holds a key.
    func contains(_ key: [UInt8]) -> Bool {
        count > 0 && slots[slot(of: key, hash: Self.hash(key))] != 0
    }

    /// The number of a key; the next one when it is new.
    mutating func number(of key: [UInt8]) -> Int {
        if (count + 1) * 2 > slots.count { grow() }
        let hash = Self.hash(key)
        let slot = slot(of: key, hash: hash)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        bytes += key
        ends.append(bytes.count)
        hashes.append(hash)
        count += 1
        slots[slot] = UInt32(count)
        return count - 1
    }

    private static func hash(_ key: [UInt8]) -> Int {
        var hasher = Hasher()
        // The bytes are read within the call.
        unsafe key.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    /// Where a key stands, or would.
    private func slot(of key: [UInt8], hash: Int) -> Int {
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, self[number].elementsEqual(key) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func start(of number: Int) -> Int { number == 0 ? 0 : ends[number - 1] }

    private mutating func grow() {
        var size = max(16, slots.count * 2)
        while slots.isEmpty, size < expected * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for number in 0..<count {
            var slot = hashes[number] & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
        }
    }
}
