/// A note that the endorsement service's own users wrote on an endorsement, as the writer remembers it.
package struct ServiceOperation: Equatable, Sendable {
    /// The operation's id, which is also part of the note.
    package var id: String
    /// The endorsement.
    package var key: NaturalKey
    /// The digest of the note.
    package var note: RowDigest

    /// Remembers a note.
    package init(id: String, key: NaturalKey, note: RowDigest) {
        self.id = id
        self.key = key
        self.note = note
    }
}
