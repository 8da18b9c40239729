import Testing

@testable import Capture

@Suite struct RetentionForecastTests {
    private func forecast(_ samples: [(seconds: Int, bytes: Int, room: Int?)]) -> RetentionForecast {
        var forecast = RetentionForecast()
        for (seconds, bytes, room) in samples {
            forecast.note(SourceRetention(bytes: bytes, room: room), at: .seconds(seconds))
        }
        return forecast
    }

    @Test func saysWhenTheRoomIsUsedUpAtThisRate() {
        let forecast = forecast([(0, 1_000, 100_000), (30, 4_000, 97_000), (60, 7_000, 94_000)])
        #expect(forecast.bytesPerSecond == 100)
        #expect(forecast.fullIn == .seconds(940))
    }

    @Test func saysNothingBeforeItKnows() {
        #expect(RetentionForecast().fullIn == nil && RetentionForecast().latest == nil)
        let early = forecast([(0, 1_000, 10), (9, 9_000, 2)])
        #expect(early.bytesPerSecond == nil && early.fullIn == nil)
        #expect(early.latest == SourceRetention(bytes: 9_000, room: 2))
    }

    @Test func whatShrinksOrHasNoLimitIsNeverFull() {
        let shrinking = forecast([(0, 9_000, 1_000), (20, 1_000, 9_000)])
        #expect(shrinking.bytesPerSecond == -400 && shrinking.fullIn == nil)
        let endless = forecast([(0, 1_000, nil), (20, 9_000, nil)])
        #expect(endless.bytesPerSecond == 400 && endless.fullIn == nil)
    }

    @Test func saysWhenAnAmountIsReached() {
        let forecast = forecast([(0, 1_000, nil), (30, 4_000, nil), (60, 7_000, nil)])
        #expect(forecast.reaches(17_000) == .seconds(100))
        #expect(forecast.reaches(6_999) == nil && RetentionForecast().reaches(1) == nil)
    }

    @Test func forgetsWhatIsMinutesOld() {
        // An hour of rest, then a busy five minutes: the rate is that of the five minutes.
        var samples: [(Int, Int, Int?)] = (0...360).map { ($0 * 10, 0, 1_000_000) }
        samples += (1...31).map { (3_600 + $0 * 10, $0 * 10_000, 1_000_000 - $0 * 10_000) }
        let forecast = forecast(samples)
        #expect(forecast.bytesPerSecond == 1_000)
        #expect(forecast.fullIn == .seconds(690))
    }

    @Test func aSourceThatKeepsNothingAnyMoreHasNoForecast() {
        var forecast = forecast([(0, 1_000, 10_000), (20, 9_000, 2_000)])
        #expect(forecast.fullIn != nil)
        forecast.note(nil, at: .seconds(30))
        #expect(forecast.latest == nil && forecast.fullIn == nil && forecast.bytesPerSecond == nil)
    }
}
