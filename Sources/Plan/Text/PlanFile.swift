/// One file of a plan: its name as the user gave it, and its text.
public struct PlanFile: Sendable, Hashable {
    /// The name that diagnostics show.
    public let name: String
    /// The text, without a byte order mark.
    public let text: String
    /// The lines without their ends, counted as YAML counts them.
    public let lines: [String]

    /// Splits a text into lines.
    public init(name: String, text: String) {
        self.name = name
        self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        lines = PlanFile.split(self.text)
    }

    /// YAML ends a line at LF, CR, CR LF, NEL, LS and PS.
    private static func split(_ text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if scalar == "\n", afterReturn {
                afterReturn = false
                continue
            }
            afterReturn = scalar == "\r"
            switch scalar {
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            default: line.append(scalar)
            }
        }
        lines.append(String(line))
        return lines
    }
}
