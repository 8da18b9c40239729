/// What a disk, a crash or a hand does to a file, as an input asks for it.
enum ByteEdits {
    /// Applies one edit.
    ///
    /// - Parameter unit: The size of what moves as a whole: a page, a frame, a line.
    static func apply(_ input: inout FuzzInput, to bytes: inout [UInt8], unit: Int) {
        switch input.byte() % 9 {
        case 0: flip(&input, &bytes)
        case 1: overwrite(&input, &bytes)
        case 2: bytes.removeLast(bytes.count - input.number(below: bytes.count + 1))
        case 3: fill(&input, &bytes, unit)
        case 4: copy(&input, &bytes, unit)
        case 5: bytes += input.chunk()
        case 6: cut(&input, &bytes, unit)
        case 7: bytes.insert(contentsOf: input.chunk(), at: input.number(below: bytes.count + 1))
        default: bytes += [UInt8](repeating: input.byte(), count: unit)
        }
    }

    private static func flip(_ input: inout FuzzInput, _ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = input.number(below: bytes.count)
        bytes[place] ^= 1 << (input.byte() & 7)
    }

    private static func overwrite(_ input: inout FuzzInput, _ bytes: inout [UInt8]) {
        let place = input.number(below: bytes.count)
        for (offset, byte) in input.chunk().enumerated() where place + offset < bytes.count {
            bytes[place + offset] = byte
        }
    }

    private static func fill(_ input: inout FuzzInput, _ bytes: inout [UInt8], _ unit: Int) {
        let range = self.range(&input, bytes.count, unit)
        let value = input.byte()
        for place in range { bytes[place] = value }
    }

    private static func copy(_ input: inout FuzzInput, _ bytes: inout [UInt8], _ unit: Int) {
        let (from, into) = (range(&input, bytes.count, unit), range(&input, bytes.count, unit))
        let copied = Array(bytes[from])
        for (place, byte) in zip(into, copied) { bytes[place] = byte }
    }

    private static func cut(_ input: inout FuzzInput, _ bytes: inout [UInt8], _ unit: Int) {
        bytes.removeSubrange(range(&input, bytes.count, unit))
    }

    private static func range(_ input: inout FuzzInput, _ count: Int, _ unit: Int) -> Range<Int> {
        let start = input.number(below: count / unit + 1) * unit
        return min(start, count)..<min(start + unit, count)
    }
}
