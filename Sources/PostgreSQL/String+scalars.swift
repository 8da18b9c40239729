extension String {
    /// The text with one scalar spelled otherwise wherever it stands. By scalars and not by characters,
    /// because whoever parses it knows no characters: a quote with a combining mark behind it is a quote to
    /// him.
    func replacing(scalar: Unicode.Scalar, with spelling: String) -> String {
        guard unicodeScalars.contains(scalar) else { return self }
        var result = ""
        for next in unicodeScalars {
            if next == scalar { result += spelling } else { result.unicodeScalars.append(next) }
        }
        return result
    }
}
