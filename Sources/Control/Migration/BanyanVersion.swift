/// What this program is called in certificates and on the command line.
public enum BanyanVersion {
    /// The version's number.
    public static let number = "0.1.0"
    /// The name and the number.
    public static let text = "banyan \(number)"
}
