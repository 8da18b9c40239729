import Model
import Plan

/// Whether two different values of a column count as equal by its rule.
struct FieldTolerance {
    let rule: CheckedTolerance

    func allows(_ wanted: OwnedCell, _ held: OwnedCell) -> Bool {
        switch rule {
        case .exact: false
        case .number(let limit): isNear(wanted, held, limit)
        case .time(let limit): isNear(wanted, held, limit)
        }
    }

    private func isNear(_ wanted: OwnedCell, _ held: OwnedCell, _ limit: String) -> Bool {
        guard let wanted = wanted.text, let held = held.text else { return false }
        do {
            let apart = try Decimal128(wanted).subtracting(Decimal128(held)).absolute()
            return try apart <= Decimal128(limit).absolute()
        } catch {
            // What is no number, or one that is out of reach, is compared exactly.
            return false
        }
    }

    private func isNear(_ wanted: OwnedCell, _ held: OwnedCell, _ limit: Duration) -> Bool {
        guard let wanted = Self.microseconds(wanted), let held = Self.microseconds(held) else { return false }
        return .microseconds(abs(wanted - held)) <= limit
    }

    /// A date, time or timestamp in microseconds since its own beginning; nil for anything else.
    private static func microseconds(_ cell: OwnedCell) -> Double? {
        switch cell.kind {
        case .date: return Double(cell.integer) * 86_400e6
        case .time, .timestamp, .timestampZoned: return Double(cell.integer)
        case .text:
            // A system without such types keeps them as texts; what spells none is compared exactly.
            if let moment = try? Timestamp(cell.display) { return Double(moment.microseconds) }
            return (try? CalendarDate(cell.display)).map { Double($0.days) * 86_400e6 }
        default: return nil
        }
    }
}
