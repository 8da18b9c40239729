import Foundation

/// The process's standard error, and its end.
enum StandardError {
    static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// Ends the process with a status.
    static func exit(_ status: Int32) -> Never { Foundation.exit(status) }
}
