import CEL
import Model

extension Value {
    /// The decimal, or the int as one; an error for anything else.
    func requireDecimal() throws(EvaluationError) -> Decimal128 {
        switch self {
        case .opaque(let value):
            if let decimal = value as? Decimal128 { return decimal }
        case .int(let value): return Decimal128(value)
        default: break
        }
        throw EvaluationError.needed("decimal", self)
    }

    /// The date; an error for anything else.
    func requireDate() throws(EvaluationError) -> CalendarDate {
        guard case .opaque(let value) = self, let date = value as? CalendarDate else {
            throw EvaluationError.needed("date", self)
        }
        return date
    }

    /// The time of day; an error for anything else.
    func requireTime() throws(EvaluationError) -> TimeOfDay {
        guard case .opaque(let value) = self, let time = value as? TimeOfDay else {
            throw EvaluationError.needed("time", self)
        }
        return time
    }

    /// The timestamp without a zone; an error for anything else.
    func requireLocalTimestamp() throws(EvaluationError) -> Model.Timestamp {
        guard case .opaque(let value) = self, let timestamp = value as? Model.Timestamp else {
            throw EvaluationError.needed("local_timestamp", self)
        }
        return timestamp
    }
}

extension Text {
    /// Reads the text as a value, without copying it.
    func parsed<Result>(
        _ parse: (UnsafeRawBufferPointer) throws(ModelError) -> Result
    ) throws(EvaluationError) -> Result {
        let result = unsafe withBytes { bytes in
            Swift.Result { () throws(ModelError) in
                // The buffer is used within the closure only.
                unsafe try parse(bytes)
            }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error): throw EvaluationError(error)
        }
    }
}
