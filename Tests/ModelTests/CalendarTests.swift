import Model
import Testing

@Suite struct CalendarTests {
    @Test func everyDayFromYear1To9999HasTheRightName() throws {
        var (year, month, day) = (1, 1, 1)
        var mismatches = 0
        for days in CalendarDate.range {
            let civil = CalendarDate(days: days).civil
            if civil != (year, month, day) { mismatches += 1 }
            day += 1
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(mismatches == 0)
        #expect((year, month, day) == (10_000, 1, 1))
    }

    @Test func everyDateReadsBackAsItWasPrinted() throws {
        for days in stride(
            from: CalendarDate.range.lowerBound, through: CalendarDate.range.upperBound, by: 173)
        {
            let date = CalendarDate(days: days)
            #expect(try CalendarDate(date.description) == date)
            let (year, month, day) = date.civil
            #expect(try CalendarDate(yyyymmdd: Int64(year * 10_000 + month * 100 + day)) == date)
            #expect(try CalendarDate(date.description.filter { $0 != "-" }) == date)
        }
        #expect(try CalendarDate("1970-01-01").days == 0)
        #expect(try CalendarDate("9999-12-31").days == CalendarDate.range.upperBound)
    }

    @Test(arguments: [
        "0000-00-00", "0000-01-01", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-01", "2024-01-00",
        "2024-04-31",
        "2024-1-1", "24-01-01", "2024/01/01", "2024-0101", "202401-01", "2024-01-01 10:00:00", " 2024-01-01",
        "", "10000-01-01",
        "20240230", "infinity",
    ])
    func refusesADateThatTheCalendarDoesNotHave(text: String) {
        #expect(throws: ModelError.self) { try CalendarDate(text) }
    }

    @Test func monthsEndOnTheirLastDay() throws {
        let date = try CalendarDate("2024-01-31")
        #expect(try date.adding(months: 1).description == "2024-02-29")
        #expect(try date.adding(months: 13).description == "2025-02-28")
        #expect(try date.adding(months: -2).description == "2023-11-30")
        #expect(try date.adding(days: 1).description == "2024-02-01")
        #expect(date.days(until: try CalendarDate("2024-12-31")) == 335)
        #expect(throws: ModelError.self) { try date.adding(months: .max) }
        #expect(throws: ModelError.self) { try date.adding(days: .min) }
        #expect(throws: ModelError.self) { try CalendarDate("9999-12-31").adding(days: 1) }
        #expect(throws: ModelError.self) { try CalendarDate("0001-01-01").adding(months: -1) }
    }

    @Test func timestampsReadBackAsTheyWerePrinted() throws {
        var random = SeededGenerator()
        for index in 0..<20_000 {
            let unit: Int64 = [1, 1_000, 1_000_000, 60_000_000][index % 4]
            let micros = Int64.random(in: Timestamp.range, using: &random) / unit * unit
            let timestamp = Timestamp(microseconds: micros, isZoned: random.next() & 1 == 0)
            #expect(try Timestamp(timestamp.description) == timestamp)
            #expect(try Timestamp(timestamp.date, timestamp.time, isZoned: timestamp.isZoned) == timestamp)
        }
    }

    @Test(arguments: [
        ("2024-02-29T12:34:56", "2024-02-29T12:34:56"), ("2024-02-29 12:34:56.500", "2024-02-29T12:34:56.5"),
        ("2024-02-29T12:34Z", "2024-02-29T12:34:00Z"), ("2024-02-29T00:30:00+02:00", "2024-02-28T22:30:00Z"),
        ("2024-02-29T23:30:00-0130", "2024-03-01T01:00:00Z"), ("2024-02-29T24:00:00", "2024-03-01T00:00:00"),
        ("2024-02-29 12:34:56+01", "2024-02-29T11:34:56Z"), ("20240229123456", "2024-02-29T12:34:56"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ("2024-01-01T00:00:00.123456000", "2024-01-01T00:00:00.123456"),
    ])
    func readsTimestamp(text: String, shows: String) throws {
        #expect(try Timestamp(text).description == shows)
    }

    @Test(arguments: [
        "2024-02-29", "2024-02-30T00:00:00", "2024-02-29T25:00:00", "2024-02-29T23:59:60",
        "2024-02-29T12:34:56.",
        "2024-02-29T12:34:56.1234567", "2024-02-29T12:34:56+25:00", "2024-02-29T12:34:56 Europe/Berlin", "",
        "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "2024-02-29T12", "0000-00-00 00:00:00",
        "20240230123456",
    ])
    func refusesTimestamp(text: String) {
        #expect(throws: ModelError.self) { try Timestamp(text) }
    }

    @Test func aZonedTimestampIsNeverEqualToOneWithoutAZone() {
        let zoned = Timestamp(microseconds: 0, isZoned: true)
        let local = Timestamp(microseconds: 0, isZoned: false)
        #expect(zoned != local)
        #expect(Timestamp.order(zoned, local) == nil)
    }

    @Test func timesAndIntervalsReadBackAsTheyWerePrinted() throws {
        var random = SeededGenerator()
        for index in 0..<10_000 {
            let unit: Int64 = [1, 1_000, 1_000_000, 3_600_000_000][index % 4]
            let time = TimeOfDay(microseconds: .random(in: 0...TimeOfDay.day, using: &random) / unit * unit)
            #expect(try TimeOfDay(time.description) == time)
            let interval = Interval(
                months: Int32(truncatingIfNeeded: random.integer()),
                days: Int32(truncatingIfNeeded: random.integer()),
                microseconds: random.integer())
            #expect(try Interval(interval.description) == interval, "\(interval)")
        }
        #expect(Interval(months: 14, days: 3, microseconds: 3_661_500_000).description == "P1Y2M3DT1H1M1.5S")
        #expect(Interval(months: 0, days: 0, microseconds: 0).description == "PT0S")
        #expect(try Interval("P1W").days == 7)
        for text in [
            "", "P", "PT", "1Y", "P1", "P1Y1Y", "P1D1M", "PT1D", "P1H", "P1.5D", "P9999999999Y", "PT1S1M",
            "P1Y ", "PTT1S",
        ] {
            #expect(throws: ModelError.self) { try Interval(text) }
        }
        for text in ["24:00:01", "12:60", "12:00:60", "12", "1:00", "12:00:00Z", "-01:00"] {
            #expect(throws: ModelError.self) { try TimeOfDay(text) }
        }
    }
}
