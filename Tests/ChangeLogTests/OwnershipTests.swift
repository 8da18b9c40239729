import ChangeLog
import Foundation
import Model
import SQLite
import TestKit
import Testing

@Suite struct OwnershipTests {
    @Test func theSecondWriterLearnsWhoHoldsTheLogAndSinceWhen() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let error = logError { _ = try EmbeddedLog(path: fixture.log.path).writer() }
        #expect(error?.code == .locked)
        #expect(error?.recovery == .retry)
        let message = try #require(error?.message)
        #expect(message.contains("process \(ProcessInfo.processInfo.processIdentifier) since 20"))
        try writer.close()
        #expect(try fixture.log.writer().generation == writer.generation + 1)
    }

    /// A program that is being started holds copies of all descriptors until it runs.
    @Test func aCopyOfItsDescriptorKeepsNoWriterOut() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let copies = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            name -> Int32? in
            // A descriptor may be closed by another test while the list is read.
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target?.hasSuffix(fixture.log.path + ".lock") ?? false ? Int32(name).map { dup($0) } : nil
        }
        #expect(!copies.isEmpty)
        defer { for copy in copies { close(copy) } }
        try writer.close()
        #expect(try fixture.log.writer().generation == writer.generation + 1)
    }

    @Test func aWriterThatLostTheLogChangesNothing() throws {
        let fixture = try LogFixture()
        let first = try fixture.log.writer()
        _ = try first.append([LogFixture.batch(1)], checkpoint: [1])
        // Somebody removes the lock file, so that two engines believe that they write.
        try FileManager.default.removeItem(atPath: fixture.log.path + ".lock")
        let second = try EmbeddedLog(path: fixture.log.path).writer()
        #expect(
            logError { _ = try first.append([LogFixture.batch(9)], checkpoint: [9]) }?.code == .superseded)
        #expect(logError { _ = try first.append([], checkpoint: [9]) }?.code == .superseded)
        #expect(logError { try first.trim(RetentionPolicy(age: .zero)) }?.code == .superseded)
        _ = try second.append([LogFixture.batch(2)], checkpoint: [2])
        #expect(try LogFixture.batches(fixture.log) == [LogFixture.batch(1), LogFixture.batch(2)])
        #expect(try second.checkpoint() == [2])
    }

    @Test func anotherLogAnotherFormatAndAnotherFileAreRefusedAndLeftAlone() throws {
        let fixture = try LogFixture()
        try fixture.log.writer().close()
        var options = EmbeddedLog.Options()
        options.identity = .random()
        let wanted = try EmbeddedLog(path: fixture.log.path, options: options)
        #expect(logError { _ = try wanted.writer() }?.code == .foreign)
        try SQLiteConnection(path: fixture.log.path, access: .readWrite).execute("PRAGMA user_version = 2")
        let newer = logError { _ = try fixture.log.writer() }
        #expect(newer?.code == .foreign)
        #expect(newer?.message.contains("format 2") == true)
        let text = fixture.folder.file("notes.txt")
        try writeBytes(Array(repeating: 0x61, count: 5_000), text)
        #expect(logError { _ = try EmbeddedLog(path: text).writer() }?.code == .foreign)
        #expect(try readBytes(text) == Array(repeating: 0x61, count: 5_000))
    }

    @Test func anotherLogsFileInThisOnesPlaceIsRefused() throws {
        let fixture = try LogFixture()
        _ = try fixture.log.writer().append([LogFixture.batch(1)], checkpoint: [])
        let other = try LogFixture()
        _ = try other.log.writer().append([LogFixture.batch(1), LogFixture.batch(2)], checkpoint: [])
        let copy = try fixture.copy("copy")
        try writeBytes(try readBytes(other.log.path), copy.path)
        try writeBytes([], copy.path + "-wal")
        #expect(logError { _ = try copy.writer() }?.code == .foreign)
    }

    @Test func onlyTheOwnerMayReadTheFiles() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        _ = try writer.append([LogFixture.batch(1)], checkpoint: [])
        for suffix in ["", "-wal", "-shm", ".end", ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.log.path + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
        #expect(try writer.checkpoint() == [])
    }

    @Test func anInterruptedCreationIsBegunAgain() throws {
        let fixture = try LogFixture()
        try writeBytes([1, 2, 3], fixture.log.path + ".new")
        #expect(try fixture.log.writer().end == .start)
        #expect(!FileManager.default.fileExists(atPath: fixture.log.path + ".new"))
    }
}
