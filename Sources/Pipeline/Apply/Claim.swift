import Model

/// A key that only one aggregate may have.
struct Claim: Hashable {
    /// Which of the aggregate's keys.
    enum Kind: CaseIterable {
        /// The key in the words of the business.
        case natural
        /// The key of the service's row, where it does not follow from the natural key.
        case service
    }

    var kind: Kind
    var key: Key

    /// The claim in the form in which the quarantine keeps what is waited for.
    var stored: Key {
        switch kind {
        case .natural: key
        case .service: Key(bytes: Self.mark + key.bytes)
        }
    }

    private static let mark: [UInt8] = {
        var bytes: [UInt8] = []
        RowWriter.text("service key", &bytes)
        return bytes
    }()
}
