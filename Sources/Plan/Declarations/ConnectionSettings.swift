import Expressions
import Foundation
import Model

/// Reads how systems are reached: the only values in which `${NAME}` stands for a variable of the
/// environment.
struct ConnectionSettings {
    let environment: [String: String]
    /// The plan's folder: relative paths start there, wherever the command was called.
    let folder: String
    let report: Report

    private static let connectors = ["sqlite", "postgres", "mysql", "debezium"]

    /// A system: `{ sqlite: path }` or `{ postgres: address }`, which may say how much of its log it keeps
    /// and how its history is read.
    func system(_ name: Located<String>, _ node: PlanNode) -> SystemText? {
        let keys = ConnectionSettings.connectors + [Self.retainedWAL, Self.history]
        guard let section = Section(node, keys: keys, of: "a system", report: report),
            var system = reached(name, section)
        else {
            return nil
        }
        for (key, why) in [
            (Self.retainedWAL, "only a server keeps a log for others"),
            (Self.history, "only a server reads for several at a time, and says how much it has to do"),
        ] {
            guard let node = section[key] else { continue }
            guard case .postgres = system.reach else {
                report.error(
                    .conflictingKeys, at: section.location(of: key), path: node.path, why, found: key,
                    expected: "`\(key)` beside `postgres`")
                return nil
            }
        }
        system.retainedWAL = section[Self.retainedWAL].flatMap(retainedWAL)
        system.history = section[Self.history].flatMap(history)
        return system
    }

    private func reached(_ name: Located<String>, _ section: Section) -> SystemText? {
        let node = section.node
        let named = ConnectionSettings.connectors.filter { section[$0] != nil }
        guard named.count == 1, let connector = named.first, let value = section[connector] else {
            report.error(
                named.isEmpty ? .missingKey : .conflictingKeys, at: node.location, path: node.path,
                named.isEmpty
                    ? "the system `\(name.value)` does not say how to reach it"
                    : "a system has one connector",
                found: named.isEmpty ? nil : named.joined(separator: ", "),
                expected: "{ sqlite: path } or { postgres: \"${URL}\" }")
            return nil
        }
        switch connector {
        case "sqlite": return path(value).map { SystemText(name: name, reach: .sqlite($0)) }
        case "postgres": return address(value).map { SystemText(name: name, reach: .postgres($0)) }
        default:
            report.error(
                .unsupportedConnector, at: section.location(of: connector), path: value.path,
                "the connector `\(connector)` is not part of this build", found: connector,
                expected: "sqlite or postgres",
                hint: "SQLite files and PostgreSQL databases can take part with this build of Banyan")
            return nil
        }
    }

    /// The control store: `{ sqlite: path }` or `{ postgres: address }`.
    func control(_ node: PlanNode) -> SystemText? {
        Section(node, keys: ConnectionSettings.connectors, of: "`control`", report: report).flatMap {
            reached(Located("control", location: node.location, path: node.path), $0)
        }
    }

    /// The address of a PostgreSQL database: a URL or `key=value` pairs, without a password in the plan.
    private func address(_ node: PlanNode) -> Secret? {
        guard let text = node.text("an address", report), let secret = substituted(text, node) else {
            return nil
        }
        let isAddress = secret.reveal { value in
            ["postgres://", "postgresql://"].contains(where: value.hasPrefix) || value.contains("=")
        }
        guard isAddress else {
            report.error(
                .unsupportedConnector, at: node.textLocation, path: node.path,
                "the address is none of PostgreSQL's", found: secret.shown,
                expected: "postgres://user@host:port/database",
                hint: "write the address in a variable of the environment and name it here: \"${LEGACY_URL}\""
            )
            return nil
        }
        guard !ConnectionSettings.holdsPassword(text) else {
            report.error(
                .secretInPlan, at: node.textLocation, path: node.path,
                "a password stands in the plan itself", expected: "${NAME}",
                hint: "keep the address in a variable of the environment and name it here")
            return nil
        }
        return secret
    }

    /// Whether a text of the plan, before variables are put in, spells a password out.
    static func holdsPassword(_ text: String) -> Bool {
        func isSpelled(_ value: Substring) -> Bool { !value.isEmpty && !value.hasPrefix("${") }
        if let found = text.firstRange(of: "password=") { return isSpelled(text[found.upperBound...]) }
        guard let scheme = text.firstRange(of: "://"),
            let at = text[scheme.upperBound...].lastIndex(of: "@"),
            let colon = text[scheme.upperBound..<at].firstIndex(of: ":")
        else { return false }
        return isSpelled(text[text.index(after: colon)..<at])
    }

    /// The log: `{ embedded: folder, retain: 30d }`.
    func log(_ node: PlanNode) -> LogText? {
        guard let section = Section(node, keys: ["embedded", "kafka", "retain"], of: "`log`", report: report)
        else {
            return nil
        }
        if let kafka = section["kafka"] {
            report.error(
                .unsupportedConnector, at: section.location(of: "kafka"), path: kafka.path,
                "the log `kafka` is not part of this build", found: "kafka", expected: "embedded",
                hint: "write { embedded: state/log, retain: 30d }")
            return nil
        }
        let retain = section["retain"].map { $0.duration(report) } ?? .seconds(30 * 86_400)
        guard let folder = section.required("embedded", "the folder of the log").flatMap({ path($0) }),
            let retain
        else {
            return nil
        }
        return LogText(folder: folder, retain: retain)
    }

    /// The audit chain: `{ key: file, heads: file }`.
    func audit(_ node: PlanNode) -> AuditFiles? {
        guard let section = Section(node, keys: ["key", "heads"], of: "`audit`", report: report) else {
            return nil
        }
        guard let key = section.required("key", "the file of an Ed25519 key").flatMap({ path($0) }) else {
            return nil
        }
        return AuditFiles(key: key, heads: section["heads"].flatMap { path($0) })
    }

    /// The keys of `hmac`: `{ name: "${NAME_KEY}" }`. A key itself never stands in a plan.
    func keys(_ node: PlanNode) -> KeyRing {
        var values: [String: [UInt8]] = [:]
        for entry in node.entries(of: "`keys`", report) ?? [] {
            guard let text = entry.value.text("a variable of the environment", report) else { continue }
            guard !ConnectionSettings.variables(in: text).isEmpty else {
                report.error(
                    .secretInPlan, at: entry.value.textLocation, path: entry.value.path,
                    "the key `\(entry.key)` stands in the plan itself", expected: "${NAME}",
                    hint: "keep the key in a variable of the environment and name it here")
                continue
            }
            guard let secret = substituted(text, entry.value) else { continue }
            let bytes = secret.reveal { Array($0.utf8) }
            guard bytes.count >= KeyRing.keyBytesMin else {
                report.error(
                    .weakKey, at: entry.value.textLocation, path: entry.value.path,
                    "the key `\(entry.key)` is too short", found: secret.shown,
                    expected: "at least \(KeyRing.keyBytesMin) bytes")
                continue
            }
            values[entry.key] = bytes
        }
        do {
            return try KeyRing(values)
        } catch {
            // Every key was measured above, so there is none to refuse.
            return KeyRing()
        }
    }

    /// A path in the file system: no URI, no database in memory.
    private func path(_ node: PlanNode) -> Secret? {
        guard let text = node.text("a path", report), let secret = substituted(text, node) else { return nil }
        let problem: String? = secret.reveal { value in
            if value.isEmpty { return "the path is empty" }
            if value.lowercased().hasPrefix("file:") { return "the path is a URI" }
            if value.hasPrefix(":") { return "the path names a database that is not a file" }
            return value.unicodeScalars.contains { $0.value < 0x20 } ? "the path has control characters" : nil
        }
        guard let problem else { return Secret(shown: secret.shown, value: secret.reveal(absolute)) }
        report.error(
            .unsafePath, at: node.textLocation, path: node.path, problem, found: secret.shown,
            expected: "the plain path of a file")
        return nil
    }

    private func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        let base = folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
        return URL(fileURLWithPath: base + "/" + path).standardizedFileURL.path
    }

    private func substituted(_ text: String, _ node: PlanNode) -> Secret? {
        var value = text
        for name in ConnectionSettings.variables(in: text) {
            guard let found = environment[name] else {
                report.error(
                    .missingVariable, at: node.textLocation, path: node.path,
                    "the variable `\(name)` is not set",
                    found: "${\(name)}", expected: "a variable of the environment",
                    hint: "export \(name)=… before running")
                return nil
            }
            value.replace("${\(name)}", with: found)
        }
        return Secret(shown: text, value: value)
    }

    /// The names in `${NAME}`, in the order of the text.
    static func variables(in text: String) -> [String] {
        var names: [String] = []
        var rest = text[...]
        while let range = rest.firstRange(of: "${") {
            rest = rest[range.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { break }
            let name = String(rest[..<end])
            if name.isIdentifier { names.append(name) }
            rest = rest[end...]
        }
        return names
    }
}
