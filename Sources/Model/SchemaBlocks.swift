import Foundation
import Synchronization

/// Encodes and decodes the table schemas of frames, remembering the last few: nearly every record of a log
/// has the same ones, and every record carries them.
final class SchemaBlocks: Sendable {
    static let shared = SchemaBlocks()

    private struct Known {
        var tables: [TableSchema]
        var bytes: [UInt8]
    }

    private let known = Mutex<[Known]>([])
    private static let most = 8

    /// The schemas as a frame holds them.
    func bytes(of tables: [TableSchema]) throws -> [UInt8] {
        if let found = known.withLock({ $0.first { $0.tables == tables } }) { return found.bytes }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = Array(try encoder.encode(tables))
        remember(Known(tables: tables, bytes: bytes))
        return bytes
    }

    /// What `bytes(of:)` encoded.
    func tables(of bytes: [UInt8]) throws -> [TableSchema] {
        if bytes.isEmpty { return [] }
        if let found = known.withLock({ $0.first { $0.bytes == bytes } }) { return found.tables }
        do {
            let tables = try JSONDecoder().decode([TableSchema].self, from: Data(bytes))
            remember(Known(tables: tables, bytes: bytes))
            return tables
        } catch {
            throw ModelError(.malformed, "tables do not decode")
        }
    }

    private func remember(_ entry: Known) {
        known.withLock { known in
            if known.count == Self.most { known.removeLast() }
            known.insert(entry, at: 0)
        }
    }
}
