/// Arithmetic on moments and lengths of time.
enum TimeArithmetic {
    private static let second: Int64 = 1_000_000_000

    /// The moment that lies `nanoseconds` later.
    static func sum(_ moment: Timestamp, _ nanoseconds: Int64) throws(EvaluationError) -> Timestamp {
        let total = Int64(moment.nanoseconds) + nanoseconds % second
        let carry = total < 0 ? -1 : total / second
        let seconds = moment.seconds + nanoseconds / second + carry
        guard let result = Timestamp(seconds: seconds, nanoseconds: Int32(total - carry * second)) else {
            throw Arithmetic.overflow()
        }
        return result
    }

    /// Nanoseconds from the second moment to the first.
    static func difference(_ a: Timestamp, _ b: Timestamp) throws(EvaluationError) -> Int64 {
        let (scaled, isOverflowing) = (a.seconds - b.seconds).multipliedReportingOverflow(by: second)
        let (result, isOut) = scaled.addingReportingOverflow(Int64(a.nanoseconds) - Int64(b.nanoseconds))
        guard !isOverflowing, !isOut else { throw Arithmetic.overflow() }
        return result
    }
}
