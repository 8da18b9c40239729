import ChangeLog
import Model
import TestKit

/// A log that was written and acknowledged: the same bytes each time it is made.
final class LogWritings {
    static let clock = WallClock { 1_700_000_000_000_000 }

    /// The records, the first at offset 1.
    let frames: [[UInt8]]
    /// A record that is not in the log yet.
    let further: [UInt8]
    /// The files after the last of them.
    let files: EmbeddedLogFiles
    /// The files as they were before, the oldest first.
    let earlier: [EmbeddedLogFiles]

    /// Writes four records that are folded into the main file and four that are not.
    init(folder: String) throws {
        let path = folder + "/written"
        var options = EmbeddedLog.Options()
        options.identity = LogIdentity("0123456789abcdef0123456789abcdef")
        frames = try (1...8).map(Self.frame)
        further = try Self.frame(9)
        var earlier: [EmbeddedLogFiles] = []
        for part in [frames[..<4], frames[4...]] {
            // The last connection folds the write-ahead file when it closes.
            let log = try EmbeddedLog(path: path, options: options, clock: Self.clock)
            let writer = try log.writer()
            for frame in part {
                _ = try writer.append(frames: [frame], checkpoint: Array(frame.prefix(20)))
                earlier.append(try EmbeddedLogFiles(path))
            }
            if part.startIndex == 0 {
                try log.reader(named: "slow", from: .start).advance(to: LogOffset(1))
                try writer.close()
            }
        }
        files = earlier.removeLast()
        self.earlier = earlier
    }

    /// A record that follows from its number.
    private static func frame(_ number: Int) throws -> [UInt8] {
        var generator = SplitMix64(seed: UInt64(number))
        let size = number == 6 ? 20_000 : 300
        return try RandomBatch.make(using: &generator, bytes: size, position: UInt64(number)).frame()
    }
}
