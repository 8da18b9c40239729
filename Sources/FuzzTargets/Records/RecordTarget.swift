import Capture
import Model

/// Encoded batches and checkpoints: what decodes encodes and decodes again to the same, and every row image
/// of a decoded batch can be read to its end.
public final class RecordTarget: FuzzTarget {
    /// Makes the target; it keeps nothing.
    public init() {}

    /// The first byte says whether the rest is a frame, a checkpoint, or what to make a batch of.
    public func run(_ input: [UInt8]) throws {
        var input = FuzzInput(input)
        switch input.byte() % 4 {
        case 0: try decode(frame: input.rest)
        case 1: try decode(checkpoint: input.rest)
        case 2: try roundTrip(&input)
        default: try decodeEdited(&input)
        }
    }

    private func decode(frame: [UInt8]) throws {
        let batch: ChangeBatch
        do {
            // A block of exactly this size, so that a read past its end is seen where memory is checked.
            batch = try unsafe ExactBytes.with(frame) { unsafe try ChangeBatch(frame: $0) }
        } catch is ModelError {
            return
        }
        try Self.judge(batch, decodesAs: try ChangeBatch(frame: try batch.frame()))
        try ImageWalk.walk(batch)
    }

    private func decode(checkpoint bytes: [UInt8]) throws {
        let checkpoint: CaptureCheckpoint
        do {
            checkpoint = try CaptureCheckpoint(decoding: bytes)
        } catch is CaptureError {
            return
        }
        let again = try CaptureCheckpoint(decoding: checkpoint.encoded())
        try FuzzFinding.unless(again == checkpoint, "a checkpoint changes when it is stored")
    }

    /// A batch of the input's making: it survives its own encoding.
    private func roundTrip(_ input: inout FuzzInput) throws {
        let batch = RandomRecord.batch(&input)
        try Self.judge(batch, decodesAs: try ChangeBatch(frame: try batch.frame()))
        try ImageWalk.walk(batch)
    }

    /// A frame that was valid once: deeper than bytes from nowhere come.
    private func decodeEdited(_ input: inout FuzzInput) throws {
        var made = FuzzInput(input.chunk())
        var frame = try RandomRecord.batch(&made).frame()
        repeat { ByteEdits.apply(&input, to: &frame, unit: 8) } while !input.isAtEnd && frame.count < 1 << 16
        try decode(frame: frame)
    }

    /// Throws when a batch did not survive its encoding.
    static func judge(_ batch: ChangeBatch, decodesAs again: ChangeBatch) throws {
        try FuzzFinding.unless(again == batch, "a batch changes when it is stored")
    }
}
