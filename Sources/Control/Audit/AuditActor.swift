import Foundation

/// Who acts.
public struct AuditActor: Sendable, Hashable {
    /// The name by which approvals and owners know them.
    public var name: String
    /// The account under which the program ran, as `login@host`: what the operating system vouches for.
    public var account: String

    /// Names who acts.
    public init(name: String, account: String) {
        self.name = name
        self.account = account
    }

    /// Whoever runs this process, under another name if one is given.
    public static func current(as name: String? = nil) -> AuditActor {
        let login = NSUserName()
        return AuditActor(name: name ?? login, account: "\(login)@\(ProcessInfo.processInfo.hostName)")
    }
}
