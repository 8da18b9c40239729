/// Something that happened to an exception.
public struct ExceptionStep: Sendable, Hashable, Codable {
    /// When, in microseconds since 1970.
    public var at: Int64
    /// Who did it; `pass 7` for what a pass found.
    public var by: String
    /// What: `found`, `assigned`, `note`, `waived`, `accepted`, `approved`, `cleared`, `repaired`,
    /// `verified`, `closed`, `reopened`, `wanted`,
    /// `overtaken`.
    public var what: String
    /// More about it, in words.
    public var text: String?

    /// Notes something.
    public init(at: Int64, by: String, what: String, text: String? = nil) {
        self.at = at
        self.by = by
        self.what = what
        self.text = text
    }
}
