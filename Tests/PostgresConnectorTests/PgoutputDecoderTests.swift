import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// The plugin's messages as bytes: whole, cut, damaged.
@Suite struct PgoutputDecoderTests {
    /// Writes messages as the server does.
    private struct Message {
        var bytes: [UInt8]

        init(_ kind: Character) { bytes = Array(kind.utf8) }

        func number<Number: FixedWidthInteger>(_ number: Number) -> Message {
            var message = self
            PostgresBytes.append(number, to: &message.bytes)
            return message
        }

        func text(_ text: String) -> Message {
            var message = self
            message.bytes += Array(text.utf8) + [0]
            return message
        }

        func tag(_ tag: Character) -> Message {
            var message = self
            message.bytes += Array(tag.utf8)
            return message
        }

        func value(_ marker: Character, _ text: String) -> Message {
            var message = tag(marker).number(Int32(text.utf8.count))
            message.bytes += Array(text.utf8)
            return message
        }
    }

    private static let relation = Message("R").number(UInt32(7)).text("public").text("naïve 表").tag("d")
        .number(Int16(2)).number(UInt8(1)).text("id").number(UInt32(23)).number(Int32(-1))
        .number(UInt8(0)).text("note").number(UInt32(25)).number(Int32(-1))
    private static let update = Message("U").number(UInt32(7)).tag("K").number(Int16(2)).value("t", "1")
        .tag("n").tag("N").number(Int16(2)).value("b", "two").tag("u")
    private static let messages: [Message] = [
        Message("B").number(UInt64(900)).number(Int64(5)).number(UInt32(77)), relation, update,
        Message("C").number(UInt8(0)).number(UInt64(900)).number(UInt64(950)).number(Int64(5)),
        Message("O").number(UInt64(1)).text("banyan_back"),
        Message("I").number(UInt32(7)).tag("N").number(Int16(2)).value("t", "1").tag("n"),
        Message("D").number(UInt32(7)).tag("O").number(Int16(1)).value("t", "1"),
        Message("T").number(Int32(2)).number(UInt8(1)).number(UInt32(7)).number(UInt32(8)),
        Message("M").number(UInt8(1)).number(UInt64(5)).text("banyan_x").number(Int32(1)).number(UInt8(9)),
    ]

    private func read(_ bytes: [UInt8], _ decoder: inout PgoutputDecoder) throws -> PgoutputMessage {
        try unsafe bytes.withUnsafeBytes { unsafe try decoder.read($0) }
    }

    @Test func everyMessageIsReadAsItWasWritten() throws {
        var decoder = PgoutputDecoder()
        let read = try Self.messages.map { try self.read($0.bytes, &decoder) }
        #expect(read[0] == .begin(commit: 900, time: 5, id: 77))
        #expect(read[2] == .update(relation: 7, before: .key))
        #expect(read[3] == .commit(position: 900, end: 950))
        #expect(read[4] == .origin("banyan_back"))
        #expect(read[5] == .insert(relation: 7))
        #expect(read[6] == .delete(relation: 7, before: .row))
        #expect(read[7] == .truncate(relations: [7, 8]))
        #expect(read[8] == .message(prefix: "banyan_x", content: [9]))
        guard case .relation(let relation) = read[1] else {
            Issue.record("\(read[1])")
            return
        }
        #expect(relation.name == "naïve 表" && relation.columns.map(\.name) == ["id", "note"])
        #expect(relation.columns.map(\.isKey) == [true, false])
    }

    /// Of an application's message nothing is read: it may hold anything, its name included.
    @Test func messagesOfOthersArePassedOver() throws {
        var decoder = PgoutputDecoder()
        var odd = Message("M").number(UInt8(1)).number(UInt64(5))
        odd.bytes += [0xff, 0xfe, 0]
        for message in [
            odd, Message("M").number(UInt8(1)).number(UInt64(5)).text("bany"),
            Message("M").number(UInt8(0)).number(UInt64(5)).text("banyan_x").number(Int32(900)),
        ] {
            #expect(try read(message.bytes, &decoder) == .other)
        }
    }

    @Test func valuesAreFoundWhereTheyLie() throws {
        var decoder = PgoutputDecoder()
        _ = try read(Self.update.bytes, &decoder)
        #expect(decoder.before.values.map(\.marker) == [.text, .null])
        #expect(decoder.after.values.map(\.marker) == [.binary, .unchanged])
        let value = decoder.after.values[0]
        #expect(Self.update.bytes[value.offset..<value.offset + value.count].elementsEqual("two".utf8))
    }

    @Test func aCutMessageIsRefused() throws {
        var decoder = PgoutputDecoder()
        for message in Self.messages {
            for count in 0..<message.bytes.count {
                #expect(throws: PgoutputFault.self, "\(count) bytes of \(message.bytes)") {
                    try read(Array(message.bytes[..<count]), &decoder)
                }
            }
            #expect(throws: PgoutputFault.self) { try read(message.bytes + [0], &decoder) }
        }
    }

    @Test func noBytesWhateverEndTheProcess() {
        var generator = SplitMix64.unseen()
        let seed = generator.next()
        generator = SplitMix64(seed: seed)
        var decoder = PgoutputDecoder()
        for _ in 0..<100_000 {
            var bytes: [UInt8]
            if generator.chance(0.5), let message = Self.messages.randomElement(using: &generator) {
                bytes = message.bytes
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                        in: .min ... .max, using: &generator)
                }
            } else {
                bytes = generator.bytes(Int.random(in: 0...60, using: &generator))
            }
            do {
                _ = try read(bytes, &decoder)
                let ends = (decoder.before.values + decoder.after.values).map { $0.offset + $0.count }
                // Whichever message they are of, the places lie inside some message of this length at most.
                #expect(ends.allSatisfy { $0 >= 0 && $0 < 1 << 20 }, "seed \(seed)")
            } catch {
                #expect(error is PgoutputFault, "seed \(seed): \(error)")
            }
            do {
                _ = try unsafe bytes.withUnsafeBytes { unsafe try ReplicationFrame($0) }
            } catch {
                #expect(error is PgoutputFault, "seed \(seed): \(error)")
            }
        }
    }

    @Test func aNameThatIsNotUTF8IsRefused() {
        var decoder = PgoutputDecoder()
        let bytes = Message("O").number(UInt64(1)).bytes + [0xC3, 0x28, 0]
        #expect(throws: PgoutputFault("a name is not UTF-8")) { try read(bytes, &decoder) }
    }
}
