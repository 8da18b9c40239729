import Testing

@testable import TestKit

@Suite struct ProxyGateTests {
    /// Feeds bytes in pieces; the bytes that pass, and the fault.
    private func passed(
        _ bytes: [UInt8], in size: Int, _ rule: ProxyFlowRule
    ) -> (bytes: [UInt8], fault: ProxyFault.Kind?, messages: Int) {
        var gate = ProxyGate(rule)
        if let fault = gate.initialFault { return ([], fault, 0) }
        var passed: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            let verdict = gate.admit(piece)
            passed += piece.prefix(verdict.count)
            if let fault = verdict.fault { return (passed, fault, gate.messages) }
        }
        return (passed, nil, gate.messages)
    }

    @Test func aFaultAtAByteStandsThereHoweverTheBytesCome() {
        let bytes = Array(UInt8(0)..<50)
        for size in 1...50 {
            for place in 0...50 {
                let (found, fault, _) = passed(bytes, in: size, .init(fault: .init(.cut, at: .byte(place))))
                #expect(found == Array(bytes.prefix(place)), "at \(place) in pieces of \(size)")
                #expect(fault == .cut)
            }
            let (found, fault, _) = passed(bytes, in: size, .init(fault: .init(.cut, at: .byte(51))))
            #expect(found == bytes)
            #expect(fault == nil)
        }
    }

    @Test func aFaultAtAMessageStandsThereHoweverTheBytesCome() {
        let text = Array("one\ntwo\n\nfour\n".utf8)
        let wanted = ["", "one\n", "one\ntwo\n", "one\ntwo\n\n", "one\ntwo\n\nfour\n"]
        for size in 1...text.count {
            for (number, expected) in wanted.enumerated() {
                let fault = ProxyFault(.reset, at: .message(number))
                let (found, kind, _) = passed(text, in: size, .init(framing: .lines, fault: fault))
                #expect(String(decoding: found, as: UTF8.self) == expected, "\(number) in pieces of \(size)")
                #expect(kind == .reset)
            }
            let inside = ProxyFault(.cut, at: .message(1, bytes: 2))
            let (found, _, _) = passed(text, in: size, .init(framing: .lines, fault: inside))
            #expect(String(decoding: found, as: UTF8.self) == "one\ntw")
            #expect(passed(text, in: size, .init(framing: .lines)).messages == 4)
        }
    }

    @Test func postgreSQLIsDividedIntoItsMessages() {
        func message(_ type: Character?, _ body: [UInt8]) -> [UInt8] {
            (type.map { [$0.asciiValue ?? 0] } ?? []) + [0, 0, 0, UInt8(body.count + 4)] + body
        }
        let client = [
            message(nil, [4, 210, 22, 47]), message(nil, [0, 3, 0, 0, 1, 2, 3]), message("p", [9]),
            message("Q", Array("SELECT 1".utf8)),
        ]
        let server = [
            [UInt8(ascii: "N")], message("R", [0, 0, 0, 0]), message("S", [1]), message("Z", [73]),
        ]
        for messages in [client, server] {
            let bytes = messages.flatMap(\.self)
            for size in 1...bytes.count {
                #expect(passed(bytes, in: size, .init(framing: .postgreSQL)).messages == 4)
                for number in 0...4 {
                    let fault = ProxyFault(.cut, at: .message(number))
                    let (found, _, _) = passed(bytes, in: size, .init(framing: .postgreSQL, fault: fault))
                    #expect(
                        found == messages.prefix(number).flatMap(\.self), "\(number) in pieces of \(size)")
                }
            }
        }
    }

    @Test func httpIsDividedIntoItsMessages() {
        let messages = [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /x HTTP/1.1\r\ncontent-LENGTH: 5\r\n\r\nab\r\nc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\nA\r\n0123456789\r\n0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
        ]
        let bytes = Array(messages.joined().utf8)
        for size in 1...bytes.count {
            #expect(passed(bytes, in: size, .init(framing: .http)).messages == 4)
            for number in 0...4 {
                let fault = ProxyFault(.cut, at: .message(number))
                let (found, _, _) = passed(bytes, in: size, .init(framing: .http, fault: fault))
                #expect(
                    String(decoding: found, as: UTF8.self) == messages.prefix(number).joined(),
                    "\(number) in pieces of \(size)")
            }
        }
    }
}
