/// A string as code points, for functions that count in them.
struct CodePoints {
    let scalars: [Unicode.Scalar]

    init(_ text: Text) { scalars = Array(text.string.unicodeScalars) }

    var count: Int { scalars.count }

    /// The text of a range of code points.
    func text(_ range: Range<Int>) -> Value {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return Value(String(view))
    }

    /// The first index at or after `start` where the other begins.
    func firstIndex(of part: CodePoints, from start: Int) -> Int? {
        guard part.count <= count - start else { return nil }
        return (start...(count - part.count)).first { holds(part, at: $0) }
    }

    /// The last index at or before `end` where the other begins.
    func lastIndex(of part: CodePoints, upTo end: Int) -> Int? {
        let last = min(end, count - part.count)
        guard last >= 0 else { return nil }
        return (0...last).last { holds(part, at: $0) }
    }

    /// Whether the other stands at an index.
    func holds(_ part: CodePoints, at index: Int) -> Bool {
        guard index + part.count <= count else { return false }
        for offset in 0..<part.count where scalars[index + offset] != part.scalars[offset] { return false }
        return true
    }
}
