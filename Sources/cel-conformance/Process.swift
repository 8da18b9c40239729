import Foundation

/// The process's standard error.
enum StandardError {
    static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Ends the process with a status.
func exitProcess(_ status: Int32) -> Never { exit(status) }
