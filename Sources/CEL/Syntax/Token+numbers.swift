extension Token {
    var isUnsignedNumber: Bool {
        switch kind {
        case .int, .double: true
        default: false
        }
    }
}
