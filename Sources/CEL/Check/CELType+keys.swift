extension CELType {
    /// Whether values of this type may be map keys.
    var mayBeKey: Bool {
        switch unwrapped {
        case .bool, .int, .uint, .string, .dyn, .parameter: true
        default: false
        }
    }
}
