import Foundation

/// The demonstration as it is told to whoever watches.
package final class Story {
    private let isTerminal: Bool
    private let write: (String) -> Void
    private var chapters = 0
    private var hasProgress = false
    private var nextProgress = ContinuousClock.now

    /// Tells a story.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether a line may be written over: progress is live there, and rare elsewhere.
    ///   - write: Takes text as it comes; line ends are part of it.
    package init(isTerminal: Bool, write: @escaping (String) -> Void) {
        self.isTerminal = isTerminal
        self.write = write
    }

    /// A story that nobody hears.
    package static var silent: Story { Story(isTerminal: false) { _ in } }

    /// A new chapter.
    package func chapter(_ title: String) {
        clear()
        chapters += 1
        write("\n\(chapters). \(title)\n\n")
    }

    /// Something that happened; long texts are broken into lines.
    package func say(_ text: String) {
        clear()
        var line = "  "
        for word in text.split(separator: " ") {
            if line.count + word.count > 92 {
                write(line + "\n")
                line = "  "
            }
            line += (line == "  " ? " " : " ") + word
        }
        write(line + "\n")
    }

    /// Rows of names and values.
    package func table(_ rows: [(name: String, value: String)]) {
        clear()
        let width = rows.map(\.name.count).max() ?? 0
        for row in rows {
            write(
                "     " + row.name.padding(toLength: width + 3, withPad: " ", startingAt: 0) + row.value
                    + "\n")
        }
    }

    /// How things stand at the moment.
    package func progress(_ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        guard now >= nextProgress else { return }
        if isTerminal {
            nextProgress = now + .milliseconds(100)
            write("\r\u{1B}[2K     \(text().prefix(100))")
            hasProgress = true
        } else {
            nextProgress = now + .seconds(5)
            write("     \(text())\n")
        }
    }

    private func clear() {
        if hasProgress { write("\r\u{1B}[2K") }
        hasProgress = false
    }
}

extension Int {
    /// The number with a comma after every three digits.
    package var grouped: String {
        let digits = Array(String(magnitude))
        var text = self < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }
}

extension Double {
    /// The number with so many digits after the point.
    package func rounded(to digits: Int) -> Double {
        let scale = (0..<digits).reduce(1.0) { value, _ in value * 10 }
        return (self * scale).rounded() / scale
    }
}
