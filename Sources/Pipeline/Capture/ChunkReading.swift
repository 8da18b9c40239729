/// Reads chunks beside the stream; answers are taken when they are there, and may come in another order than
/// was asked.
package protocol ChunkReading: AnyObject {
    /// Hands over a request. Its bound, where one is wanted, is answered before its chunk.
    func ask(_ request: BackfillMachine.Request)

    /// Takes the answers that are there.
    func take() -> [ChunkAnswer]

    /// Whether an answer waits.
    var hasAnswer: Bool { get }

    /// Lets go of everything.
    func stop()
}
