extension Library {
    /// Parts of moments and lengths of time.
    static let time = Library(
        name: "time",
        functions: [
            part("getFullYear") { civil, _ in civil.year },
            part("getMonth") { civil, _ in civil.month - 1 },
            part("getDate") { civil, _ in civil.day },
            part("getDayOfMonth") { civil, _ in civil.day - 1 },
            part("getDayOfWeek") { civil, _ in civil.weekday },
            part("getDayOfYear") { civil, _ in civil.dayOfYear },
            part("getHours", ofDuration: { $0 / 3_600_000_000_000 }) { civil, _ in civil.hour },
            part("getMinutes", ofDuration: { $0 / 60_000_000_000 }) { civil, _ in civil.minute },
            part("getSeconds", ofDuration: { $0 / 1_000_000_000 }) { civil, _ in civil.second },
            part("getMilliseconds", ofDuration: { $0 / 1_000_000 % 1000 }) { _, nanoseconds in
                nanoseconds / 1_000_000
            },
        ])

    private static func part(
        _ name: String, ofDuration: (@Sendable (Int64) -> Int64)? = nil,
        _ body: @escaping @Sendable (CivilTime, Int) -> Int
    ) -> Function {
        let read: @Sendable (Value, Zone) throws(EvaluationError) -> Value = {
            value, zone throws(EvaluationError) in
            let moment = try value.requireTimestamp()
            let civil = CivilTime(moment, offset: zone.offset(at: moment))
            return .int(Int64(body(civil, Int(moment.nanoseconds))))
        }
        var overloads = [
            Overload(
                "timestamp_\(name)", isReceiver: true, [.timestamp], returns: .int,
                .unary { value throws(EvaluationError) in try read(value, .fixed(seconds: 0)) }),
            Overload(
                "timestamp_\(name)_zone", isReceiver: true, [.timestamp, .string], returns: .int,
                specialize: { site in bindZone(site, read) },
                .binary { value, name throws(EvaluationError) in
                    guard let zone = Zone(try name.requireText().string) else {
                        throw EvaluationError(.invalidArgument, "unknown time zone")
                    }
                    return try read(value, zone)
                }),
        ]
        if let ofDuration {
            overloads.append(
                Overload(
                    "duration_\(name)", isReceiver: true, [.duration], returns: .int,
                    .unary { value throws(EvaluationError) in .int(ofDuration(try value.requireDuration())) })
            )
        }
        return Function(name, overloads)
    }

    /// Finds a constant zone once.
    private static func bindZone(
        _ site: CallSite, _ read: @escaping @Sendable (Value, Zone) throws(EvaluationError) -> Value
    ) -> Specialization {
        guard case .string(let name)?? = site.constants.last else { return .declared }
        guard let zone = Zone(name.string) else {
            return .refused("unknown time zone '\(name.string)'", argument: 1)
        }
        return .bound(.unary { value throws(EvaluationError) in try read(value, zone) }, passing: [0])
    }
}
