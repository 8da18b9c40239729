import CEL
import Foundation
import Model

/// A time zone that turns moments into what its clocks show, and back.
struct ClockZone: Sendable {
    private let zone: TimeZone

    static let utc = ClockZone(zone: .gmt)

    private init(zone: TimeZone) { self.zone = zone }

    /// The zone of the IANA database with this name; nil when there is none.
    init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    /// What the zone's clocks show at a moment.
    func clock(_ moment: CEL.Timestamp) throws(EvaluationError) -> Model.Timestamp {
        guard let microseconds = moment.microseconds else {
            throw EvaluationError(.lossy, "the timestamp is finer than microseconds")
        }
        let local = Model.Timestamp(
            microseconds: microseconds + Int64(offset(at: moment.seconds)) * 1_000_000, isZoned: false)
        return try calculated { () throws(ModelError) in try local.checked() }
    }

    /// The moment at which the zone's clocks show this.
    ///
    /// A time that is skipped when clocks go forward is refused. One that is shown twice when they go back is
    /// read as the first of the two, as the offset before the change gives it.
    func moment(_ local: Model.Timestamp) throws(EvaluationError) -> CEL.Timestamp {
        let seconds = CalendarSeconds.floor(local.microseconds)
        // No zone changes its offset twice within the two days around a moment.
        var found: Int64?
        for offset in [offset(at: seconds - 86_400), offset(at: seconds + 86_400)] where found == nil {
            if self.offset(at: seconds - Int64(offset)) == offset { found = Int64(offset) }
        }
        guard let offset = found else {
            throw EvaluationError(.invalidConversion, "the zone's clocks skip that time")
        }
        guard let moment = CEL.Timestamp(microseconds: local.microseconds - offset * 1_000_000) else {
            throw EvaluationError(.overflow, "the timestamp lies outside the years 1 to 9999")
        }
        return moment
    }

    private func offset(at seconds: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }

    /// Whole seconds of a number of microseconds.
    private enum CalendarSeconds {
        static func floor(_ microseconds: Int64) -> Int64 {
            let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            return rest < 0 ? seconds - 1 : seconds
        }
    }
}
