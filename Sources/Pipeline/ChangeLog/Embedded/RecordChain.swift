import Guards
import Model

/// The checksum that ties a record to its place, its time, its predecessor and its log.
///
/// A record that was edited, moved, swapped with another or put in from another log does not have the
/// checksum that follows from the record before it.
package struct RecordChain {
    private let seed: UInt32

    /// The chain of one log.
    package init(_ identity: LogIdentity) {
        seed = Checksum.crc32c(Array(identity.description.utf8))
    }

    /// The checksum of one record.
    package func checksum(
        _ frame: UnsafeRawBufferPointer, offset: LogOffset, appendedAt: Int64, previous: UInt32
    ) -> UInt32 {
        let place = (offset.value.littleEndian, appendedAt.littleEndian, UInt64(previous).littleEndian)
        // The bytes are those of a local copy without padding; the frame is the caller's for this call.
        let head = unsafe withUnsafeBytes(of: place) { unsafe Checksum.crc32c($0, seed: seed) }
        return unsafe Checksum.crc32c(frame, seed: head)
    }

    /// The record's checksum when it is the one that was appended at this place; nil when it is another, or
    /// damaged.
    package func verified(
        _ frame: UnsafeRawBufferPointer, offset: LogOffset, appendedAt: Int64, previous: UInt32, stored: Int64
    ) -> UInt32? {
        // The frame is the caller's for this call.
        let computed = unsafe checksum(frame, offset: offset, appendedAt: appendedAt, previous: previous)
        if stored == Int64(computed) { return computed }
        return Guard.recordIsVerified.holds ? nil : UInt32(truncatingIfNeeded: stored)
    }

    /// The checksum of a small row that belongs to this log.
    func checksum(_ bytes: [UInt8]) -> UInt32 {
        Checksum.crc32c(bytes, seed: seed)
    }
}
