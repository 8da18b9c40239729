import Capture
import Model
import SQLiteConnector

/// What the SQLite connector reads and did not write itself: the write-ahead log beside the database, and
/// the journal's tables, into which anybody who may write the database may write.
public final class JournalTarget: FuzzTarget {
    private let ahead: AheadLog
    private let journal: JournalDatabase

    /// Makes the databases that inputs change.
    public init(folder: String) throws {
        ahead = try AheadLog(folder: folder)
        journal = try JournalDatabase(folder: folder)
    }

    /// The first byte says what the rest is.
    public func run(_ input: [UInt8]) throws {
        var input = FuzzInput(input)
        switch input.byte() % 5 {
        case 0: try ahead.read(raw: input.rest)
        case 1: try ahead.readMade(&input)
        case 2: try ahead.readEdited(&input)
        case 3: try journal.readRows(&input)
        default: try journal.readShapes(&input)
        }
    }
}
