import CEL
import Model

extension BanyanLibrary {
    /// `date`, `time`, `interval`, `local_timestamp`, `zoned`, `local`, and what is asked of a date.
    static let dates: [Function] = [
        Function(
            "date",
            [
                .preservingNull("date_string", .string, returns: .date) { value throws(EvaluationError) in
                    .opaque(
                        unsafe try value.requireText().parsed { bytes throws(ModelError) in
                            // The bytes are read within the call only.
                            unsafe try CalendarDate(parsing: bytes)
                        })
                },
                .preservingNull("date_int", .int, returns: .date) { value throws(EvaluationError) in
                    let number = try value.requireInt()
                    return .opaque(
                        try calculated { () throws(ModelError) in try CalendarDate(yyyymmdd: number) })
                },
                .preservingNull("date_date", .date, returns: .date) { value throws(EvaluationError) in value
                },
                .preservingNull("date_local_timestamp", .localTimestamp, returns: .date) {
                    value throws(EvaluationError) in
                    .opaque(try value.requireLocalTimestamp().date)
                },
                .preservingNull("date_timestamp", .timestamp, returns: .date) {
                    value throws(EvaluationError) in
                    .opaque(try ClockZone.utc.clock(try value.requireTimestamp()).date)
                },
                zoneFunction("date_timestamp_zone", .timestamp, returns: .date) {
                    value, zone throws(EvaluationError) in
                    .opaque(try zone.clock(try value.requireTimestamp()).date)
                },
            ]),
        Function(
            "date_part",
            [
                .preservingNull("date_part_string", .string, returns: .date) {
                    value throws(EvaluationError) in
                    .opaque(
                        unsafe try value.requireText().parsed { bytes throws(ModelError) in
                            // The bytes are read within the call only.
                            unsafe try CalendarDate(datePartOf: bytes)
                        })
                }
            ]),
        Function(
            "time",
            [
                .preservingNull("time_string", .string, returns: .time) { value throws(EvaluationError) in
                    .opaque(
                        unsafe try value.requireText().parsed { bytes throws(ModelError) in
                            // The bytes are read within the call only.
                            unsafe try TimeOfDay(parsing: bytes)
                        })
                },
                .preservingNull("time_time", .time, returns: .time) { value throws(EvaluationError) in value
                },
                .preservingNull("time_local_timestamp", .localTimestamp, returns: .time) {
                    value throws(EvaluationError) in
                    .opaque(try value.requireLocalTimestamp().time)
                },
                zoneFunction("time_timestamp_zone", .timestamp, returns: .time) {
                    value, zone throws(EvaluationError) in
                    .opaque(try zone.clock(try value.requireTimestamp()).time)
                },
            ]),
        Function(
            "interval",
            [
                .preservingNull("interval_string", .string, returns: .interval) {
                    value throws(EvaluationError) in
                    .opaque(
                        unsafe try value.requireText().parsed { bytes throws(ModelError) in
                            // The bytes are read within the call only.
                            unsafe try Interval(parsing: bytes)
                        })
                },
                .preservingNull("interval_interval", .interval, returns: .interval) {
                    value throws(EvaluationError) in value
                },
            ]),
        Function("local_timestamp", localTimestamps),
        Function(
            "zoned",
            [
                zoneFunction("zoned_local_timestamp", .localTimestamp, returns: .timestamp) {
                    value, zone throws(EvaluationError) in
                    .timestamp(try zone.moment(try value.requireLocalTimestamp()))
                }
            ]),
        Function(
            "local",
            [
                zoneFunction("local_timestamp_zone", .timestamp, returns: .localTimestamp) {
                    value, zone throws(EvaluationError) in
                    .opaque(try zone.clock(try value.requireTimestamp()))
                }
            ]),
        Function(
            "addDays",
            [shifted("date_add_days") { date, count throws(ModelError) in try date.adding(days: count) }]),
        Function(
            "addMonths",
            [
                shifted("date_add_months") { date, count throws(ModelError) in try date.adding(months: count)
                }
            ]),
        Function(
            "daysUntil",
            [
                Overload(
                    "date_days_until", isReceiver: true, [.date, .date], returns: .int,
                    .binary { start, end throws(EvaluationError) in
                        .int(try start.requireDate().days(until: try end.requireDate()))
                    })
            ]),
        part("year") { $0.civil.year },
        part("month") { $0.civil.month },
        part("day") { $0.civil.day },
    ]

    private static let localTimestamps: [Overload] = [
        .preservingNull("local_timestamp_string", .string, returns: .localTimestamp) {
            value throws(EvaluationError) in
            let timestamp = unsafe try value.requireText().parsed { bytes throws(ModelError) in
                // The bytes are read within the call only.
                unsafe try Model.Timestamp(parsing: bytes)
            }
            guard !timestamp.isZoned else {
                throw EvaluationError(.invalidConversion, "the text names a zone; read it with timestamp()")
            }
            return .opaque(timestamp)
        },
        .preservingNull("local_timestamp_date", .date, returns: .localTimestamp) {
            value throws(EvaluationError) in
            let date = try value.requireDate()
            return .opaque(
                try calculated { () throws(ModelError) in
                    try Model.Timestamp(date, TimeOfDay(microseconds: 0))
                })
        },
        .preservingNull("local_timestamp_date_time", .date, .time, returns: .localTimestamp) {
            value, time throws(EvaluationError) in
            let (date, time) = (try value.requireDate(), try time.requireTime())
            return .opaque(try calculated { () throws(ModelError) in try Model.Timestamp(date, time) })
        },
    ]

    private static func shifted(
        _ id: String, _ body: @escaping @Sendable (CalendarDate, Int64) throws(ModelError) -> CalendarDate
    ) -> Overload {
        Overload(
            id, isReceiver: true, [.date, .int], returns: .date,
            .binary { value, count throws(EvaluationError) in
                let (date, count) = (try value.requireDate(), try count.requireInt())
                return .opaque(try calculated { () throws(ModelError) in try body(date, count) })
            })
    }

    /// A part of a date, or of the date of a timestamp without a zone.
    private static func part(_ name: String, _ body: @escaping @Sendable (CalendarDate) -> Int) -> Function {
        Function(
            name,
            [
                Overload(
                    "date_\(name)", isReceiver: true, [.date], returns: .int,
                    .unary { value throws(EvaluationError) in
                        .int(Int64(body(try value.requireDate())))
                    }),
                Overload(
                    "local_timestamp_\(name)", isReceiver: true, [.localTimestamp], returns: .int,
                    .unary { value throws(EvaluationError) in
                        .int(Int64(body(try value.requireLocalTimestamp().date)))
                    }),
            ])
    }

    /// A function whose second argument names a zone; a constant name is looked up when the call is compiled.
    private static func zoneFunction(
        _ id: String, _ parameter: CELType, returns result: CELType,
        _ body: @escaping @Sendable (Value, ClockZone) throws(EvaluationError) -> Value
    ) -> Overload {
        .preservingNull(
            id, parameter, .string, returns: result,
            specialize: { site in
                let type = Overload.plainUnlessNullable(result, site)
                guard site.constants.count == 2, case .string(let text)? = site.constants[1] else {
                    return .bound(result: type)
                }
                guard let zone = ClockZone(text.string) else {
                    return .refused("no time zone is called '\(text.string)'", argument: 1)
                }
                return .bound(
                    .unary { value throws(EvaluationError) in
                        if case .null = value { return .null }
                        return try body(value, zone)
                    }, result: type, passing: [0])
            },
            { value, name throws(EvaluationError) in
                guard let zone = ClockZone(try name.requireText().string) else {
                    throw EvaluationError(.invalidArgument, "no such time zone")
                }
                return try body(value, zone)
            })
    }
}
