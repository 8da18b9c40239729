import Foundation
import FuzzTargets
import Testing

/// The inputs of one door that are kept in the repository.
struct Corpus: Sendable, CustomTestStringConvertible {
    let door: FuzzDoor

    static let all = FuzzDoor.allCases.map(Corpus.init)

    var testDescription: String { door.rawValue }

    /// Inputs by name, in name order.
    func inputs() throws -> [(name: String, bytes: [UInt8])] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Corpus/\(door.rawValue)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, Array(try Data(contentsOf: folder.appending(path: name))))
        }
    }
}
