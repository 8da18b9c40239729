public import ChangeLog
public import Model

/// A log with the levers that its exam pulls: one log on one disk, that can be crashed, damaged and filled.
///
/// Writers and readers opened before a crash belong to the process that died, and are not used any more.
public protocol LogUnderExam: AnyObject {
    /// The clock by which records are dated.
    var clock: ManualClock { get }

    /// Opens the log for writing, making it when there was none.
    func openWriter() throws -> any LogWriter
    /// Opens a registered reader.
    func openReader(named name: String) throws -> any LogReader
    /// Forgets a reader.
    func unregister(_ name: String) throws

    /// Ends the process that uses the log, without warning; what was synced stays, nothing else needs to.
    func crash() throws
    /// The same in the middle of an append that has not returned: only this part of its bytes, less than all,
    /// reached the disk.
    func crash(appending batch: ChangeBatch, checkpoint: [UInt8], keeping fraction: Double) throws
    /// Changes a byte of a durable record on the disk; no writer is open.
    func damage(_ offset: LogOffset) throws
    /// Puts something else where the log should be, before there is one.
    func putForeignFile() throws
    /// Leaves the writer opened next room for about this many bytes in all; nil for as much as it wants.
    func limitRoom(_ bytes: Int?)
}
