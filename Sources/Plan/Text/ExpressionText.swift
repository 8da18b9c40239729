public import CEL

/// An expression as the plan spells it, with the way from a position in it back to the plan's text.
public struct ExpressionText: Sendable, Hashable {
    /// The expression.
    public var text: String
    /// Where it begins in the plan.
    public var location: SourceLocation
    /// The path of keys that lead to it.
    public var path: String
    /// Why it is what it is, in words.
    public var because: String?
    /// For each Unicode scalar of the text, its line and column in the file.
    private var places: [Place]

    private struct Place: Sendable, Hashable {
        var line: Int32
        var column: Int32
    }

    /// Finds each character of a scalar's value again in the lines it was written in.
    ///
    /// YAML folds lines, doubles quotes and escapes characters; white space may match any white space, and
    /// characters of the file that the value does not have are passed over.
    init(_ text: String, location: SourceLocation, path: String, lines: [String]) {
        self.text = text
        self.location = location
        self.path = path
        places = []
        var cursor = Cursor(lines: lines, line: location.line, column: location.column)
        for scalar in text.unicodeScalars {
            if !scalar.properties.isWhitespace { cursor.advance(to: scalar) }
            places.append(Place(line: Int32(cursor.line), column: Int32(cursor.column)))
            cursor.step()
        }
        if let first = places.first {
            self.location.line = Int(first.line)
            self.location.column = Int(first.column)
        }
    }

    /// The place in the file of a position in the expression.
    public func location(of position: Position) -> SourceLocation {
        let prefix = text.utf8.prefix(position.offset)
        let index = String(decoding: prefix, as: UTF8.self).unicodeScalars.count
        guard let place = places.indices.contains(index) ? places[index] : places.last else {
            return location
        }
        return SourceLocation(
            file: location.file, line: Int(place.line),
            column: Int(place.column) + (places.indices.contains(index) ? 0 : 1))
    }

    private struct Cursor {
        let lines: [String]
        var line: Int
        var column: Int
        private var scalars: [Unicode.Scalar]

        init(lines: [String], line: Int, column: Int) {
            self.lines = lines
            self.line = line
            self.column = column
            scalars = lines.indices.contains(line - 1) ? Array(lines[line - 1].unicodeScalars) : []
        }

        /// Moves to the next place where `scalar` stands; stays when it stands nowhere in the following
        /// lines.
        mutating func advance(to scalar: Unicode.Scalar) {
            var ahead = self
            for _ in 0..<200 {
                if let index = ahead.scalars.indices.dropFirst(ahead.column - 1).first(where: {
                    ahead.scalars[$0] == scalar
                }) {
                    ahead.column = index + 1
                    self = ahead
                    return
                }
                guard ahead.line < lines.count else { return }
                ahead.line += 1
                ahead.column = 1
                ahead.scalars = Array(lines[ahead.line - 1].unicodeScalars)
            }
        }

        mutating func step() {
            if column <= scalars.count { column += 1 }
        }
    }
}
