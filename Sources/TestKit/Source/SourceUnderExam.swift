public import Capture
public import Model

/// A captured database with the levers that its exam pulls: one database, its application, its sources and
/// its readers.
public protocol SourceUnderExam: AnyObject {
    /// What the system cannot do, each with the reason; whatever is not named here is examined, and what is
    /// named is not called.
    var lacks: [SourceAbility: String] { get }

    /// Makes empty tables of these shapes and captures them; called once, before anything else.
    func capture(_ tables: [TableSchema]) throws

    /// Opens a transaction and does these operations in it, in order.
    func begin(_ operations: [SourceOperation]) throws -> any SourceTransactionUnderExam

    /// Makes a source that was not opened at any point yet.
    func makeSource() throws -> any ChangeSource

    /// Makes a reader of key ranges.
    func makeReader() throws -> any RangeReader

    /// Makes the system forget at once what it may forget once `position` was confirmed; it was.
    func forget(through position: Position) throws

    /// Keeps a copy of the database as it is.
    func save() throws

    /// Puts the copy kept last in the place of the database; sources and readers made before belong to what
    /// is gone, and are not used any more.
    func putBack() throws
}
