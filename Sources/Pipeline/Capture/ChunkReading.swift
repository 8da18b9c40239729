/// Reads chunks beside the stream: one request at a time, whose answer is taken when it is there.
package protocol ChunkReading: AnyObject {
    /// Hands over a request; the machine makes the next one only after this one's answer.
    func ask(_ request: BackfillMachine.Request)

    /// Takes the answers that are there.
    func take() -> [ChunkAnswer]

    /// Whether an answer waits.
    var hasAnswer: Bool { get }

    /// Lets go of everything.
    func stop()
}
