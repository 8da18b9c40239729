import Foundation
import FuzzTargets

/// Hands libFuzzer's inputs to a target and ends the process at a finding, as libFuzzer wants it.
///
/// Files go into the folder that `TMPDIR` names; whoever started the program removes it.
public final class FuzzDriver: @unchecked Sendable {
    // Unchecked: libFuzzer calls from one thread only.
    private let target: any FuzzTarget
    private let door: FuzzDoor

    /// Opens a door.
    public init(_ door: FuzzDoor) {
        self.door = door
        do {
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "\(door.rawValue)-\(ProcessInfo.processInfo.processIdentifier)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            target = try door.target(folder: folder.path)
        } catch {
            Self.end("the target cannot be made: \(error)")
        }
    }

    /// Feeds one input.
    ///
    /// - Returns: 0: libFuzzer may keep the input.
    public func run(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        let input = Array(UnsafeBufferPointer(start: data, count: count))
        guard count <= door.byteLimit else { return -1 }
        do {
            try target.run(input)
        } catch {
            Self.end("\(error)")
        }
        return 0
    }

    private static func end(_ finding: String) -> Never {
        FileHandle.standardError.write(Data("FINDING: \(finding)\n".utf8))
        abort()
    }
}
