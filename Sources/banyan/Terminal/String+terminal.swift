extension Unicode.Scalar {
    /// Whether a terminal would act on the character instead of showing it: controls, escapes, and marks that
    /// turn text round.
    var isHarmfulInTerminal: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}

extension String {
    /// The text with everything spelled out that a terminal would act on: for whatever comes from a database
    /// or a file.
    var escapedForTerminal: String {
        guard unicodeScalars.contains(where: \.isHarmfulInTerminal) else { return self }
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case _ where scalar.isHarmfulInTerminal:
                escaped += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The text cut to so many characters, with a mark where it was cut.
    func shortened(to count: Int) -> String {
        self.count <= count ? self : prefix(max(0, count - 1)) + "…"
    }

    /// The text filled with spaces to so many characters.
    func padded(to count: Int, right: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, count - self.count))
        return right ? spaces + self : self + spaces
    }
}
