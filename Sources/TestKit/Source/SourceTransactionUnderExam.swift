/// An open transaction of an application on a captured database: it ends once, one way or the other.
public protocol SourceTransactionUnderExam: AnyObject {
    /// Makes what it wrote durable and visible.
    func commit() throws
    /// Leaves nothing of what it wrote.
    func rollBack() throws
}
