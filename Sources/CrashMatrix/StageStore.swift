import Demo
import Foundation
import Synchronization

/// Makes each stage once, and gives every trial a copy of its own.
package final class StageStore: Sendable {
    /// The program under test.
    let program: String
    private let root: String
    private let isKept: Bool
    private let server: SiteServer
    private let made = Mutex<Set<Stage>>([])
    private let copies = Atomic<Int>(0)

    /// A store of stages in a folder that is made here.
    ///
    /// - Parameters:
    ///   - program: The file of the `banyan` to put on trial.
    ///   - root: Where stages and copies are kept.
    ///   - isKept: Whether the copies of trials that fail stay for somebody to look at.
    package init(program: String, root: String, isKept: Bool = false) throws {
        self.program = program
        self.root = root
        self.isKept = isKept
        server = SiteServer(in: root + "/server")
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    /// Runs `body` on a copy of a stage that nobody else uses.
    func with<T>(_ stage: Stage, _ body: (Site) throws -> T) throws -> T {
        let template = root + "/" + stage.rawValue
        // Whoever comes second waits until the stage is there.
        try made.withLock { made in
            if made.contains(stage) { return }
            try stage.make(Site(path: template, program: program))
            made.insert(stage)
        }
        let path = root + "/site-\(copies.add(1, ordering: .relaxed).newValue)"
        try FileManager.default.copyItem(atPath: template, toPath: path)
        let site = Site(path: path, program: program)
        var isToStay = isKept
        defer {
            site.endAll()
            if !isToStay { site.remove() }
        }
        let result = try body(site)
        isToStay = false
        return result
    }

    /// Runs `body` on a stage whose systems are on a server, made for it alone: a slot cannot be copied with
    /// its database.
    func withServers<T>(_ stage: Stage, _ body: (Site) throws -> T) throws -> T {
        let pair = try server.makePair()
        let site = Site(path: root + "/server-site-\(pair.number)", program: program, on: pair)
        var isToStay = isKept
        defer {
            site.endAll()
            if !isToStay {
                server.remove(pair)
                site.remove()
            }
        }
        try stage.make(site)
        let result = try body(site)
        isToStay = false
        return result
    }

    /// Removes every stage and every copy, and ends the server.
    package func remove() {
        server.end()
        // What cannot be removed stays for whoever cleans the temporary folder.
        try? FileManager.default.removeItem(atPath: root)
    }
}
