import Foundation
import Glibc
import TestKit
import Testing

@Suite(.timeLimit(.minutes(2 * Patience.factor))) struct TCPProxyTests {
    /// Runs `body` with a proxy before an echo server.
    private func withProxy(
        _ rule: ProxyRule = ProxyRule(), script: [Int: ProxyRule] = [:], _ body: (TCPProxy) throws -> Void
    ) throws {
        let server = try EchoServer()
        defer { server.stop() }
        let proxy = try TCPProxy(to: server.port, rule: rule, script: script)
        defer { proxy.stop() }
        try body(proxy)
    }

    private func ended(_ proxy: TCPProxy, _ number: Int = 0) throws -> ProxyTraffic {
        try waitUntil("connection \(number) ends") {
            proxy.traffic.count > number && proxy.traffic[number].end != nil
        }
        return proxy.traffic[number]
    }

    @Test func withoutARuleBytesAndEndsPassBothWays() throws {
        try withProxy { proxy in
            let caller = try Caller(proxy.port)
            let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for start in stride(from: 0, to: large.count, by: 4096) {
                let piece = Array(large[start..<min(start + 4096, large.count)])
                caller.say(piece)
                #expect(caller.hear(piece.count) == piece)
            }
            caller.end()
            #expect(caller.hearAll() == ("", .closed))
            let traffic = try ended(proxy)
            #expect(traffic.end == .closed)
            #expect(traffic.toTarget == .init(received: 300_000, forwarded: 300_000))
            #expect(traffic.toClient == .init(received: 300_000, forwarded: 300_000))
        }
    }

    @Test func aCutEndsBothSidesAfterItsByte() throws {
        let rule = ProxyRule(toClient: .init(fault: .init(.cut, at: .byte(5))))
        try withProxy(rule) { proxy in
            let caller = try Caller(proxy.port)
            caller.say("hello world")
            #expect(caller.hearAll() == ("hello", .closed))
            let traffic = try ended(proxy)
            #expect(traffic.end == .fault(.cut))
            #expect(traffic.toTarget.forwarded == 11)
            #expect(traffic.toClient.forwarded == 5)
        }
    }

    @Test func aCutAtAMessageLetsThoseBeforeItThrough() throws {
        let rule = ProxyRule(toTarget: .init(framing: .lines, fault: .init(.cut, at: .message(2))))
        try withProxy(rule) { proxy in
            let caller = try Caller(proxy.port)
            caller.say("a\n")
            #expect(caller.hear(2) == Array("a\n".utf8))
            caller.say("b\nc\n")
            #expect(caller.hearAll().ending == .closed)
            let traffic = try ended(proxy)
            #expect(traffic.toTarget.forwarded == 4)
            #expect(traffic.toTarget.received == 6)
        }
    }

    @Test func aResetIsAReset() throws {
        let rule = ProxyRule(toClient: .init(fault: .init(.reset, at: .byte(3))))
        try withProxy(rule) { proxy in
            let caller = try Caller(proxy.port)
            caller.say("abcdef")
            #expect(caller.hearAll().ending == .reset)
            #expect(try ended(proxy).end == .fault(.reset))
        }
    }

    @Test func aSwallowingDirectionIsSilentWhileTheOtherGoesOn() throws {
        let rule = ProxyRule(toTarget: .init(fault: .init(.swallow, at: .byte(4))))
        try withProxy(rule) { proxy in
            let caller = try Caller(proxy.port)
            caller.say("abcdefgh")
            #expect(caller.hear(4) == Array("abcd".utf8))
            caller.say("more")
            try waitUntil("the rest is taken") { proxy.traffic[0].toTarget.received == 12 }
            #expect(proxy.traffic[0].toTarget.forwarded == 4)
            caller.wait(atMost: 50)
            #expect(caller.hearAll() == ("", .silent))
            #expect(proxy.traffic[0].end == nil)
            caller.end()
            proxy.stop()
            #expect(proxy.traffic[0].end == .stopped)
        }
    }

    @Test func aStalledDirectionHoldsItsSenderUp() throws {
        let rule = ProxyRule(toTarget: .init(fault: .init(.stall, at: .byte(0))))
        try withProxy(rule) { proxy in
            let caller = try Caller(proxy.port)
            caller.say("abc")
            caller.wait(atMost: 50)
            #expect(caller.hearAll() == ("", .silent))
            #expect(proxy.traffic[0].toTarget == .init())
            proxy.interrupt(.reset)
            #expect(try ended(proxy).end == .fault(.reset))
        }
    }

    @Test func dribbledBytesComeAloneAndAll() throws {
        try withProxy(ProxyRule(toClient: .init(isDribbled: true))) { proxy in
            let caller = try Caller(proxy.port)
            let text = String(repeating: "0123456789", count: 50)
            caller.say(text)
            caller.end()
            #expect(caller.hearAll() == (text, .closed))
            #expect(try ended(proxy).toClient.forwarded == 500)
        }
    }

    @Test func delaysAddUpInBothDirections() throws {
        let rule = ProxyRule(
            toTarget: .init(delay: .milliseconds(40)), toClient: .init(delay: .milliseconds(60)))
        try withProxy(rule) { proxy in
            let caller = try Caller(proxy.port)
            let start = ContinuousClock.now
            caller.say("x")
            #expect(caller.hear(1) == [UInt8(ascii: "x")])
            #expect(start.duration(to: .now) >= .milliseconds(100))
            caller.end()
            #expect(caller.hearAll().ending == .closed)
        }
    }

    @Test func aScriptIsForConnectionsByTheirNumber() throws {
        let cut = ProxyRule(toClient: .init(fault: .init(.cut, at: .byte(1))))
        try withProxy(script: [1: cut]) { proxy in
            for (number, expected) in ["abc", "a", "abc"].enumerated() {
                let caller = try Caller(proxy.port)
                caller.say("abc")
                #expect(caller.hear(3) == Array(expected.utf8), "connection \(number)")
                caller.end()
                _ = try ended(proxy, number)
            }
            proxy.script[3] = cut
            let caller = try Caller(proxy.port)
            caller.say("abc")
            #expect(caller.hearAll() == ("a", .closed))
        }
    }

    @Test func refusedConnectionsAreRefusedAndTheOthersStand() throws {
        try withProxy { proxy in
            let kept = try Caller(proxy.port)
            kept.say("a")
            #expect(kept.hear(1) == [UInt8(ascii: "a")])
            for _ in 0..<3 {
                try proxy.refuseConnections()
                try proxy.refuseConnections()
                #expect(throws: Caller.POSIXNumber(number: ECONNREFUSED)) { _ = try Caller(proxy.port) }
                kept.say("b")
                #expect(kept.hear(1) == [UInt8(ascii: "b")])
                try proxy.admitConnections()
                let other = try Caller(proxy.port)
                other.say("c")
                #expect(other.hear(1) == [UInt8(ascii: "c")])
            }
        }
    }

    @Test func aConnectionToNoServerIsBrokenOff() throws {
        let server = try EchoServer()
        let proxy = try TCPProxy(to: server.port)
        let other = try TCPProxy(to: proxy.port)
        proxy.stop()
        server.stop()
        let caller = try Caller(other.port)
        caller.say("x")
        #expect(caller.hearAll().text.isEmpty)
        #expect(try ended(other).end == .broken)
        other.stop()
        #expect(throws: Caller.POSIXNumber(number: ECONNREFUSED)) { _ = try Caller(other.port) }
    }

    @Test func anInterruptionIsForTheConnectionThatItNames() throws {
        try withProxy { proxy in
            let callers = [try Caller(proxy.port), try Caller(proxy.port)]
            for caller in callers {
                caller.say("a")
                #expect(caller.hear(1) == [UInt8(ascii: "a")])
            }
            let numbers = proxy.traffic.map(\.number)
            #expect(numbers == [0, 1])
            proxy.interrupt(.cut, connection: 0)
            #expect(callers[0].hearAll() == ("", .closed))
            callers[1].say("b")
            #expect(callers[1].hear(1) == [UInt8(ascii: "b")])
            #expect(proxy.traffic[1].end == nil)
        }
    }

    @Test func manyConnectionsEndWithTheProxy() throws {
        try withProxy { proxy in
            let callers = try (0..<40).map { _ in try Caller(proxy.port) }
            for caller in callers { caller.say("x") }
            for caller in callers { #expect(caller.hear(1) == [UInt8(ascii: "x")]) }
            proxy.stop()
            #expect(proxy.traffic.map(\.end) == Array(repeating: .stopped, count: 40))
            for caller in callers { #expect(caller.hearAll() == ("", .closed)) }
        }
    }
}
