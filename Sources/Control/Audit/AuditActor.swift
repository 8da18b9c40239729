import Foundation

/// Who acts.
public struct AuditActor: Sendable, Hashable {
    /// The name by which approvals and owners know them.
    public var name: String
    /// The account under which the program ran, as `login(uid)@host`: the number is what the operating system
    /// vouches for.
    public var account: String

    /// Names who acts.
    public init(name: String, account: String) {
        self.name = name
        self.account = account
    }

    /// Whoever runs this process, under another name if one is given.
    public static func current(as name: String? = nil) -> AuditActor {
        let number = geteuid()
        // The entry belongs to the C library; its name is copied before anything else asks for one.
        let login = unsafe getpwuid(number).flatMap { unsafe String(cString: $0.pointee.pw_name) }
        return AuditActor(
            name: name ?? login ?? "uid \(number)",
            account: "\(login ?? "?")(\(number))@\(ProcessInfo.processInfo.hostName)")
    }
}
