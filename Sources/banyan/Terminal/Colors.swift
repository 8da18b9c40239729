/// Sets text in colours, or leaves it alone.
struct Colors {
    /// Whether colours are set.
    let isOn: Bool

    /// All is well.
    func good(_ text: String) -> String { wrap(text, "32") }
    /// Somebody should look.
    func warn(_ text: String) -> String { wrap(text, "33") }
    /// Something is wrong.
    func bad(_ text: String) -> String { wrap(text, "31;1") }
    /// A heading.
    func bold(_ text: String) -> String { wrap(text, "1") }
    /// Less important.
    func dim(_ text: String) -> String { wrap(text, "2") }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
