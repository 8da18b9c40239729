import Capture
import Testing

@Suite struct ThrottleTests {
    private func throttle() -> Throttle {
        var limits = Throttle.Limits()
        limits.logRecords = 100
        limits.targetLag = .seconds(5)
        return Throttle(limits)
    }

    private func decide(_ throttle: inout Throttle, _ inputs: Throttle.Inputs) -> Throttle.Decision {
        throttle.decide(inputs)
    }

    private func inputs(_ records: Double?, lag: Double? = 0, age: Duration = .zero) -> Throttle.Inputs {
        var inputs = Throttle.Inputs()
        inputs.logRecords = records.map { Throttle.Reading($0, age: age) }
        inputs.targetLag = lag.map { Throttle.Reading($0) }
        return inputs
    }

    @Test func runsBelowTheLimitAndWaitsAboveItUntilWellBelow() {
        var throttle = throttle()
        #expect(decide(&throttle, inputs(100)) == .run)
        #expect(
            decide(&throttle, inputs(101))
                == .wait(.milliseconds(100), .over(probe: "log backlog in records", value: 101, limit: 100)))
        #expect(decide(&throttle, inputs(90)) != .run)
        #expect(decide(&throttle, inputs(70)) == .run)
        #expect(decide(&throttle, inputs(90)) == .run)
    }

    @Test func failsClosedWhenAProbeIsStaleOrSilent() {
        var throttle = throttle()
        #expect(
            throttle.decide(inputs(1, age: .seconds(60)))
                == .wait(.milliseconds(100), .blind(probe: "log backlog in records")))
        #expect(decide(&throttle, inputs(nil)) != .run)
        #expect(
            decide(&throttle, inputs(1, lag: nil))
                == .wait(.milliseconds(100), .blind(probe: "target lag in seconds")))
        #expect(decide(&throttle, inputs(1, lag: .nan)) != .run)
        #expect(decide(&throttle, inputs(1)) == .run)
    }

    @Test func aPersonsPauseComesFirst() {
        var throttle = throttle()
        var paused = inputs(1000)
        paused.isPaused = true
        #expect(decide(&throttle, paused) == .wait(.milliseconds(100), .paused))
    }

    @Test func progressForeseesItsEnd() {
        var progress = BackfillProgress(table: "t", rowsEstimated: 1000)
        #expect(progress.remaining == nil)
        progress.advance(by: 100, in: .seconds(1))
        #expect(progress.rowsPerSecond == 100)
        #expect(progress.remaining == .seconds(9))
        progress.advance(by: 100, in: .milliseconds(500))
        #expect(progress.rowsPerSecond > 100 && progress.rowsPerSecond < 200)
        progress.isDone = true
        #expect(progress.remaining == .zero)
    }

    /// What a plan says of a server: each limit by itself, and a query that decides.
    @Test func whatTheServerHasToDoIsLookedAt() {
        var limits = Throttle.Limits()
        limits.logRecords = nil
        limits.standbyLag = .seconds(10)
        limits.sourceSessions = 20
        limits.asksQuery = true
        var throttle = Throttle(limits)
        func decide(_ lag: Double?, _ sessions: Double?, _ query: Double?, _ failure: String? = nil)
            -> Throttle.Decision
        {
            var inputs = Throttle.Inputs()
            inputs.standbyLag = lag.map { Throttle.Reading($0) }
            inputs.sourceSessions = sessions.map { Throttle.Reading($0) }
            inputs.query = query.map { Throttle.Reading($0) }
            inputs.failure = failure
            return throttle.decide(inputs)
        }
        func wait(_ reason: Throttle.Reason) -> Throttle.Decision { .wait(.milliseconds(100), reason) }
        #expect(decide(0, 3, 0) == .run)
        #expect(decide(11, 3, 0) == wait(.over(probe: "standby lag in seconds", value: 11, limit: 10)))
        #expect(decide(8, 3, 0) != .run)
        #expect(decide(7, 3, 0) == .run)
        #expect(decide(0, 21, 1) == wait(.over(probe: "sessions at work", value: 21, limit: 20)))
        #expect(decide(0, 14, 1) == wait(.asked))
        #expect(decide(0, 14, 0) == .run)
        #expect(
            decide(nil, nil, nil, "no rights") == wait(.blind(probe: "standby lag in seconds (no rights)")))
        #expect(decide(0, 3, nil) == wait(.blind(probe: "the plan's query")))
        #expect("\(Throttle.Reason.asked)" == "the plan's query says to wait")
    }
}
