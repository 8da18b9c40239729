/// Finds what `jsonb` would drop from a JSON text without a word: all values but the last of a key that
/// stands several times in one object.
struct JSONKeys {
    private struct Level {
        var isObject: Bool
        var isKeyNext: Bool
        var keys: Set<[UInt8]> = []
    }

    private let text: [UInt8]
    private var place = 0
    private var levels: [Level] = []

    /// Whether a key stands twice in one object. Of what is no JSON nothing is said: the server refuses it.
    static func standTwice(in text: UnsafeRawBufferPointer) -> Bool {
        // The bytes are copied.
        var scan = JSONKeys(text: unsafe Array(text))
        return scan.findsTwo()
    }

    private init(text: [UInt8]) { self.text = text }

    private mutating func findsTwo() -> Bool {
        while place < text.count {
            let byte = text[place]
            place += 1
            switch byte {
            case UInt8(ascii: "{"): levels.append(Level(isObject: true, isKeyNext: true))
            case UInt8(ascii: "["): levels.append(Level(isObject: false, isKeyNext: false))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
            case UInt8(ascii: ","):
                if let last = levels.indices.last { levels[last].isKeyNext = levels[last].isObject }
            case UInt8(ascii: "\""):
                let range = string()
                guard let last = levels.indices.last, levels[last].isKeyNext else { continue }
                levels[last].isKeyNext = false
                if !levels[last].keys.insert(unescaped(range)).inserted { return true }
            default: continue
            }
        }
        return false
    }

    /// Moves behind the quote that ends a string; returns what stood before it.
    private mutating func string() -> Range<Int> {
        let start = place
        while place < text.count {
            let byte = text[place]
            place += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return start..<place - 1 }
        }
        place = text.count
        return start..<place
    }

    /// A string's characters, whichever way they are spelled.
    private func unescaped(_ range: Range<Int>) -> [UInt8] {
        let raw = Array(text[range])
        guard raw.contains(UInt8(ascii: "\\")) else { return raw }
        var units: [UInt16] = []
        var rest = String(decoding: raw, as: UTF8.self)[...]
        while let character = rest.unicodeScalars.popFirst() {
            guard character == "\\", let escape = rest.unicodeScalars.popFirst() else {
                units += String(character).utf16
                continue
            }
            switch escape {
            case "u":
                units.append(UInt16(rest.unicodeScalars.prefix(4).map(String.init).joined(), radix: 16) ?? 0)
                rest.unicodeScalars.removeFirst(min(4, rest.unicodeScalars.count))
            case "b": units.append(8)
            case "f": units.append(12)
            case "n": units.append(10)
            case "r": units.append(13)
            case "t": units.append(9)
            default: units += String(escape).utf16
            }
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
