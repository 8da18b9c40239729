import CEL
import Expressions
import Model
import Testing

@Suite struct DateFunctionTests {
    private let bench = Workbench(variables: [
        ("day", .date, .opaque(CalendarDate(days: 19_753))),
        ("nothing", .wrapper(.string), .null),
        ("number", .int, .int(20_240_229)),
        ("moment", .timestamp, CEL.Timestamp(seconds: 1_709_249_400).map { .timestamp($0) } ?? .null),
        (
            "clock", .localTimestamp,
            .opaque(Model.Timestamp(microseconds: 1_709_249_400_000_000, isZoned: false))
        ),
        ("fine", .timestamp, CEL.Timestamp(seconds: 0, nanoseconds: 1).map { .timestamp($0) } ?? .null),
    ])

    @Test(arguments: [
        ("date('2024-02-29')", "date(2024-02-29)"), ("date('20240229')", "date(2024-02-29)"),
        ("date(number)", "date(2024-02-29)"),
        ("date(day)", "date(2024-01-31)"), ("date(nothing)", "null"), ("date(clock)", "date(2024-02-29)"),
        ("date(moment)", "date(2024-02-29)"), ("date(moment, 'Europe/Berlin')", "date(2024-03-01)"),
        ("time(clock)", "time(23:30:00)"), ("time(moment, 'Asia/Kolkata')", "time(05:00:00)"),
        ("time('08:15')", "time(08:15:00)"), ("interval('P1Y2M3DT4.5S')", "interval(P1Y2M3DT4.5S)"),
        ("interval(interval('P1W'))", "interval(P7D)"), ("interval(nothing)", "null"),
        ("date_part('2024-02-29 13:00:00')", "date(2024-02-29)"),
        ("date_part('20240229130000')", "date(2024-02-29)"),
        ("local_timestamp('2024-02-29T10:00:00')", "local_timestamp(2024-02-29T10:00:00)"),
        ("local_timestamp('20240229100000')", "local_timestamp(2024-02-29T10:00:00)"),
        ("local_timestamp(day, time('01:02:03'))", "local_timestamp(2024-01-31T01:02:03)"),
        ("zoned(local_timestamp('2024-07-01T12:00:00'), 'Europe/Berlin')", "timestamp(1719828000.0)"),
        ("zoned(local_timestamp('2024-10-27T02:30:00'), 'Europe/Berlin')", "timestamp(1729989000.0)"),
        ("local(moment, 'Europe/Berlin')", "local_timestamp(2024-03-01T00:30:00)"),
        ("day.addDays(30)", "date(2024-03-01)"), ("day.addMonths(1)", "date(2024-02-29)"),
        ("day.daysUntil(date('2024-12-31'))", "335"),
        ("day.year() * 10000 + day.month() * 100 + day.day()", "20240131"),
        ("clock.year()", "2024"), ("day < date('2024-02-01')", "true"), ("day == date('20240131')", "true"),
        ("day in [date('2024-01-31')]", "true"), ("string(day)", "'2024-01-31'"),
        ("clock >= local_timestamp(day)", "true"),
        ("zoned(clock, 'UTC') == moment", "true"), ("moment.getHours()", "23"),
    ])
    func computesWithDates(source: String, result: String) throws {
        #expect(try bench.shown(source) == result)
    }

    @Test(arguments: [
        ("date('2024-02-30')", EvaluationError.Code.invalidConversion),
        ("date('2024-02-29 10:00:00')", .invalidConversion),
        ("interval('1 year')", .invalidConversion), ("date('0000-00-00')", .invalidConversion),
        ("date(20241301)", .invalidConversion),
        ("day.addDays(9999999)", .overflow),
        ("zoned(local_timestamp('2024-03-31T02:30:00'), 'Europe/Berlin')", .invalidConversion),
        ("local_timestamp('2024-02-29T10:00:00Z')", .invalidConversion), ("local(fine, 'UTC')", .lossy),
    ])
    func failsOnDates(source: String, code: EvaluationError.Code) throws {
        #expect(try bench.failure(source) == code)
    }

    @Test(arguments: [
        ("zoned(clock, 'Europe/Berln')", "no time zone"), ("day + 1", "does not take"),
        ("day == moment", "does not take"),
        ("clock < moment", "does not take"), ("date(1.5)", "does not take"),
    ])
    func refusesToCompile(source: String, reason: String) throws {
        let refusal = try #require(bench.refusal(source))
        #expect(refusal.contains(reason), "\(refusal)")
    }

    @Test func everyMomentSurvivesTheWayThroughAClock() throws {
        var random = SeededGenerator()
        for zone in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"] {
            let bench = Workbench(variables: [("m", .timestamp, .null)])
            let program = try bench.program("zoned(local(m, '\(zone)'), '\(zone)')")
            for _ in 0..<200 {
                let seconds = Int64.random(in: 0..<2_000_000_000, using: &random)
                guard let moment = CEL.Timestamp(seconds: seconds) else { continue }
                let back = try program.evaluate(ArrayBindings([.timestamp(moment)])).requireTimestamp()
                // The second of two equal clock times is read as the first.
                #expect(back == moment || back.seconds == seconds - 3_600 || back.seconds == seconds - 1_800)
            }
        }
    }
}
