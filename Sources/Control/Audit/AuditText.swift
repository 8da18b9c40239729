import Foundation

/// Canonical JSON: one text for one value, so that any other byte shows.
enum AuditText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The value of a text that `encode` wrote; nil for a text that it would write otherwise.
    static func decode<Value: Codable>(_ type: Value.Type, _ text: String) -> Value? {
        // Why a text is no JSON, or lacks a member, matters to nobody: it was not written here.
        guard let value = try? JSONDecoder().decode(type, from: Data(text.utf8)),
            let written = try? encode(value), written.utf8.elementsEqual(text.utf8)
        else { return nil }
        return value
    }
}
