import Foundation

/// What a capture needs to go on after a crash: written to the log together with the records that it speaks
/// of.
public struct CaptureCheckpoint: Sendable, Hashable, Codable {
    /// The format that this build writes; every other is refused.
    public static let formatVersion = 1

    /// The format.
    public var version = CaptureCheckpoint.formatVersion
    /// Where the stream goes on.
    public var resume: ResumePoint
    /// Whether the log ends inside a transaction, whose parts must be abandoned before it is read again.
    public var isInsideTransaction: Bool
    /// How far the backfill has come; nil when none was asked for.
    public var backfill: BackfillCheckpoint?

    /// Records a state.
    public init(resume: ResumePoint, isInsideTransaction: Bool = false, backfill: BackfillCheckpoint? = nil) {
        self.resume = resume
        self.isInsideTransaction = isInsideTransaction
        self.backfill = backfill
    }

    /// The checkpoint as the log keeps it.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(self))
    }

    /// Reads what `encoded` wrote.
    public init(decoding bytes: [UInt8]) throws {
        do {
            let decoded = try JSONDecoder().decode(CaptureCheckpoint.self, from: Data(bytes))
            guard decoded.version == Self.formatVersion else {
                throw CaptureError(
                    .failed,
                    "the checkpoint has format \(decoded.version), this build reads \(Self.formatVersion)",
                    hint: "use the version that wrote it")
            }
            self = decoded
        } catch is DecodingError {
            throw CaptureError(
                .failed, "the log's checkpoint does not decode",
                hint: "the log belongs to another version or is damaged")
        }
    }
}
