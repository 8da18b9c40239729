/// One operation as its writer remembers it.
package struct WitnessOperation: Equatable, Sendable {
    /// The operation's id, which it also writes into the rows it changes.
    package var id: String
    /// What kind of operation it was.
    package var kind: String
    /// The policy it was about.
    package var subject: String
    /// The rows it changed and what they looked like afterwards.
    package var effects: [WitnessEffect]

    /// Remembers an operation.
    package init(id: String, kind: String, subject: String, effects: [WitnessEffect]) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.effects = effects
    }
}
