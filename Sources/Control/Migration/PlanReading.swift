import Foundation
public import Model
public import Plan
import PostgreSQL
import SQLite

/// A plan as it was read from its files: what could be understood of it, and everything there is to say.
public struct PlanReading: Sendable {
    /// The path, as the user named it.
    public var path: String
    /// The text; without files when it could not be read.
    public var source: PlanSource
    /// What the text declares, with paths resolved against the plan's folder; nil when its shape is wrong.
    public var declarations: PlanDeclarations?
    /// The catalogs of the systems that could be read.
    public var catalogs: [String: Catalog] = [:]
    /// What runs; nil when there is an error, and when it was not checked.
    public var plan: CheckedPlan?
    /// Everything there is to say, in the order of the text.
    public var diagnostics: [PlanDiagnostic]

    /// Reads a plan's text without asking any system.
    public static func declared(path: String, environment: [String: String]) -> PlanReading {
        let source: PlanSource
        do {
            source = try PlanSource.read(path)
        } catch {
            return PlanReading(path: path, source: PlanSource(files: []), diagnostics: [error])
        }
        let (declarations, diagnostics) = PlanLoader.load(source, environment: environment)
        return PlanReading(
            path: path, source: source, declarations: declarations?.resolved(against: source.folder),
            diagnostics: diagnostics)
    }

    /// Reads a plan and checks it against the catalogs of the systems that it names.
    ///
    /// - Parameters:
    ///   - path: A file, or a folder of files.
    ///   - environment: What `${NAME}` stands for.
    ///   - known: Catalogs that were read already, by the plan's name of the system; these are not read
    ///     again.
    public static func checked(
        path: String, environment: [String: String], known: [String: Catalog] = [:]
    ) -> PlanReading {
        var reading = declared(path: path, environment: environment)
        guard let declarations = reading.declarations else { return reading }
        let systems = Systems(
            declarations.systems.map(SystemDeclaration.init(text:)), migration: declarations.migration.value)
        var reasons: [String: String] = [:]
        reading.catalogs = known
        for name in declarations.systems.map(\.name.value) where known[name] == nil {
            do {
                reading.catalogs[name] = try systems.catalog(of: name)
            } catch {
                reasons[name] = systems.whyUnreadable(name, error)
            }
        }
        let (plan, found) = PlanChecker.check(declarations, catalogs: reading.catalogs)
        reading.plan = plan
        reading.diagnostics += found.map { diagnostic in
            var diagnostic = diagnostic
            // The checker only knows that a catalog is missing; the reason is known here.
            if diagnostic.code == PlanMistake.missingCatalog.rawValue, let name = diagnostic.found {
                diagnostic.hint = reasons[name] ?? diagnostic.hint
            }
            return diagnostic
        }
        return reading
    }

    /// Whether an error was found.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// What the text declares, or a refusal with everything there is to say.
    public func requireDeclarations() throws -> PlanDeclarations {
        guard let declarations else { throw PlanRefusal(reading: self) }
        return declarations
    }

    /// What runs, or a refusal with everything there is to say.
    public func requirePlan() throws -> CheckedPlan {
        guard let plan else { throw PlanRefusal(reading: self) }
        return plan
    }
}

extension PlanDeclarations {
    /// The same declarations with relative paths taken from the plan's folder.
    func resolved(against folder: String) -> PlanDeclarations {
        var resolved = self
        resolved.log.folder = log.folder.resolved(against: folder)
        resolved.audit.key = audit.key?.resolved(against: folder)
        resolved.audit.heads = audit.heads?.resolved(against: folder)
        if case .sqlite(let path) = control.reach {
            resolved.control.reach = .sqlite(path.resolved(against: folder))
        }
        resolved.systems = systems.map { system in
            var system = system
            if case .sqlite(let path) = system.reach {
                system.reach = .sqlite(path.resolved(against: folder))
            }
            return system
        }
        return resolved
    }
}

extension Secret {
    fileprivate func resolved(against folder: String) -> Secret {
        reveal { path in
            path.hasPrefix("/") || folder == "." || folder.isEmpty
                ? self : Secret(shown: shown, value: folder + "/" + path)
        }
    }
}

extension Systems {
    /// Why a system's catalog cannot be read, in words for people and without its path.
    fileprivate func whyUnreadable(_ system: String, _ error: any Error) -> String {
        if let error = error as? PostgresError { return error.message }
        // A system without a path is reported by its error only.
        guard let error = error as? SQLiteError, let path = try? self.file(of: system) else {
            return "\(error)"
        }
        var isFolder: ObjCBool = false
        // Foundation fills the local above.
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return "there is no such file; paths are taken from the plan's folder"
        }
        if isFolder.boolValue { return "the path names a folder" }
        return FileManager.default.isReadableFile(atPath: path) ? error.message : "the file may not be read"
    }
}
