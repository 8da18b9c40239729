/// Texts found by their UTF-8 bytes: open addressing over one block of bytes, at most half full.
struct ByteTable: Sendable {
    private struct Slot: Sendable {
        var start: UInt32 = 0
        var count: UInt32 = 0
        /// The text's place; negative where the slot is free.
        var place: Int32 = -1
        /// The hash's upper half, which settles most differences without looking at the bytes.
        var mark: UInt32 = 0
    }

    private var slots: [Slot]
    private var bytes: [UInt8] = []
    private let mask: Int

    /// A table of these texts, which are all different, and their places.
    init(_ texts: [(text: String, place: Int)]) {
        var size = 4
        while size < texts.count * 2 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        mask = size - 1
        for (text, place) in texts {
            var hash = ByteTable.seed
            for byte in text.utf8 { hash = ByteTable.mixed(hash, byte) }
            hash = ByteTable.finished(hash)
            var index = Int(truncatingIfNeeded: hash) & mask
            while slots[index].place >= 0 { index = (index + 1) & mask }
            slots[index] = Slot(
                start: UInt32(bytes.count), count: UInt32(text.utf8.count), place: Int32(place),
                mark: UInt32(truncatingIfNeeded: hash >> 32))
            bytes += text.utf8
        }
    }

    /// The place of the text with these bytes; nil when it is not in the table.
    func place(of text: UnsafeRawBufferPointer) -> Int? {
        var hash = ByteTable.seed
        // Every index below lies within its buffer.
        for index in text.indices { hash = unsafe ByteTable.mixed(hash, text[index]) }
        hash = ByteTable.finished(hash)
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[index]
            if slot.place < 0 { return nil }
            if slot.mark == UInt32(truncatingIfNeeded: hash >> 32), unsafe holds(slot, text) {
                return Int(slot.place)
            }
            index = (index + 1) & mask
        }
    }

    private func holds(_ slot: Slot, _ text: UnsafeRawBufferPointer) -> Bool {
        guard slot.count == text.count else { return false }
        let start = Int(slot.start)
        for index in 0..<text.count where unsafe bytes[start + index] != text[index] { return false }
        return true
    }

    // FNV-1a; the texts come from a reviewed plan, so nobody can make them collide.
    private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    private static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    /// FNV's low bits alone spread short texts badly.
    private static func finished(_ hash: UInt64) -> UInt64 {
        let folded = (hash ^ (hash >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return folded ^ (folded >> 29)
    }
}
