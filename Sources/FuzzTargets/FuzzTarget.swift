/// One door through which bytes from outside come in, with the laws that must hold for every input.
///
/// What a target learns from one input does not change what it says of the next: an input that was found
/// can be replayed alone.
public protocol FuzzTarget: AnyObject {
    /// Feeds an input to the code behind the door.
    ///
    /// - Throws: `FuzzFinding` when a law is broken; whatever else is thrown is a finding, too. A trap ends
    ///   the process.
    func run(_ input: [UInt8]) throws
}
