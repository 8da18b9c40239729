import Foundation
import Glibc
import Migration

/// Where a command writes: its standard output and its standard error.
struct Terminal {
    /// Sets text in colours, or leaves it alone.
    let paint: Colors
    /// Whether standard output is a terminal.
    let isInteractive: Bool

    /// The colours that a choice asks for.
    init(_ choice: ColorChoice) {
        isInteractive = isatty(STDOUT_FILENO) == 1
        let environment = ProcessInfo.processInfo.environment
        let isWelcome = environment["NO_COLOR"]?.isEmpty ?? true && environment["TERM"] != "dumb"
        paint =
            switch choice {
            case .auto: Colors(isOn: isInteractive && isWelcome)
            case .always: Colors(isOn: true)
            case .never: Colors(isOn: false)
            }
    }

    /// The terminal's width in columns; 80 where it cannot be told.
    var width: Int {
        var size = winsize()
        // The call fills the local structure.
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes to standard output.
    func write(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            throw MigrationError(
                .unusableFile, "the output cannot be written", hint: "make room, or send it elsewhere")
        }
    }

    /// Writes a line to standard output.
    func line(_ text: String = "") throws {
        try write(text + "\n")
    }

    /// Writes a value as one line of JSON.
    func line(_ value: JSONValue) throws {
        try write(value.line + "\n")
    }

    /// Writes to standard error.
    static func standardError(_ text: String) {
        do {
            try FileHandle.standardError.write(contentsOf: Data(text.utf8))
        } catch {
            // There is nowhere left to say it.
            return
        }
    }

    /// Says what went wrong on standard error.
    func report(_ failure: FailureReport, format: OutputFormat) {
        switch format {
        case .json:
            let error: JSONValue = [
                "code": .string(failure.code), "message": .string(failure.message),
                "hint": .string(failure.hint),
            ]
            Terminal.standardError(JSONValue.object([("error", error)]).line + "\n")
        case .text:
            var text = "\(paint.bad("error:")) \(failure.message.escapedForTerminal) [\(failure.code)]\n"
            if !failure.hint.isEmpty { text += " \(paint.dim("hint:")) \(failure.hint.escapedForTerminal)\n" }
            Terminal.standardError(text)
        }
    }
}
