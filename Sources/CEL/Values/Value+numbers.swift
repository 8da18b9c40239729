extension Value {
    var isDouble: Bool { if case .double = self { true } else { false } }
}
