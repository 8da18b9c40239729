/// Where exceptions are kept. One owner, one thread.
public protocol ExceptionStore: AnyObject {
    /// The cases of a context, or of all, by number.
    ///
    /// - Parameters:
    ///   - context: Nil for every context.
    ///   - withClosed: Whether those that are over are wanted, too.
    func exceptions(of context: String?, withClosed: Bool) throws -> [ExceptionCase]

    /// The case of a number; nil when there is none.
    func exception(_ number: Int) throws -> ExceptionCase?

    /// The case of a difference, whatever its state; nil when it was never seen.
    func exception(of context: String, identity: String) throws -> ExceptionCase?

    /// Keeps a case in the place of what it was; a new one, whose number is 0, under the next number.
    ///
    /// - Returns: Its number.
    @discardableResult
    func keep(_ one: ExceptionCase) throws -> Int
}
