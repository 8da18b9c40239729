extension Value {
    /// The text; an error when this is no string.
    public func requireText() throws(EvaluationError) -> Text {
        guard case .string(let text) = self else { throw EvaluationError.unexpected(self, needed: .string) }
        return text
    }

    /// The octets; an error when this is no bytes value.
    public func requireBytes() throws(EvaluationError) -> Bytes {
        guard case .bytes(let bytes) = self else { throw EvaluationError.unexpected(self, needed: .bytes) }
        return bytes
    }

    /// The truth value; an error when this is none.
    public func requireBool() throws(EvaluationError) -> Bool {
        guard case .bool(let value) = self else { throw EvaluationError.unexpected(self, needed: .bool) }
        return value
    }

    /// The int; an error when this is none.
    public func requireInt() throws(EvaluationError) -> Int64 {
        guard case .int(let value) = self else { throw EvaluationError.unexpected(self, needed: .int) }
        return value
    }

    /// The uint; an error when this is none.
    public func requireUint() throws(EvaluationError) -> UInt64 {
        guard case .uint(let value) = self else { throw EvaluationError.unexpected(self, needed: .uint) }
        return value
    }

    /// The double; an error when this is none.
    public func requireDouble() throws(EvaluationError) -> Double {
        guard case .double(let value) = self else { throw EvaluationError.unexpected(self, needed: .double) }
        return value
    }

    /// The list; an error when this is none.
    public func requireList() throws(EvaluationError) -> ListValue {
        guard case .list(let list) = self else { throw EvaluationError.unexpected(self, needed: .list(.dyn)) }
        return list
    }

    /// The moment; an error when this is no timestamp.
    public func requireTimestamp() throws(EvaluationError) -> Timestamp {
        guard case .timestamp(let moment) = self else {
            throw EvaluationError.unexpected(self, needed: .timestamp)
        }
        return moment
    }

    /// The nanoseconds; an error when this is no duration.
    public func requireDuration() throws(EvaluationError) -> Int64 {
        guard case .duration(let span) = self else {
            throw EvaluationError.unexpected(self, needed: .duration)
        }
        return span
    }
}
