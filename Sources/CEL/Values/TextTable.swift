/// A fixed set of texts, each with an index, looked up by bytes without allocation.
public struct TextTable: Sendable {
    /// The distinct texts in the order they were given; a text's place here is its index.
    public let texts: [Text]
    /// Open addressing: index plus one, zero where free; at most half full, its size a power of two.
    private let slots: [Int32]

    /// A table of these texts; repeated ones count once.
    public init(_ texts: some Sequence<Text>) {
        var seen: Set<Text> = []
        self.texts = texts.map { $0.owned() }.filter { seen.insert($0).inserted }
        var size = 4
        while size < self.texts.count * 2 { size *= 2 }
        var slots = [Int32](repeating: 0, count: size)
        for (index, text) in self.texts.enumerated() {
            // The buffer lives within the closure.
            var slot = unsafe Int(truncatingIfNeeded: text.withBytes { unsafe Octets.hash($0) }) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index + 1)
        }
        self.slots = slots
    }

    /// The index of a text; nil when it is not in the table.
    public func index(of text: Text) -> Int? {
        unsafe text.withBytes { bytes in
            let mask = slots.count - 1
            // The buffer lives within the closure.
            var slot = unsafe Int(truncatingIfNeeded: Octets.hash(bytes)) & mask
            while slots[slot] != 0 {
                let index = Int(slots[slot]) - 1
                if unsafe texts[index].withBytes({ unsafe Octets.equal($0, bytes) }) { return index }
                slot = (slot + 1) & mask
            }
            return nil
        }
    }
}
