import Exceptions
import Foundation

extension ExceptionCase {
    /// Reads what a store holds.
    init(number: Int, text: String?) throws {
        self = try JSONDecoder().decode(ExceptionCase.self, from: Data((text ?? "").utf8))
        self.number = number
    }

    /// What a store holds.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
