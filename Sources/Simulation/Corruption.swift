import Apply
import Model
import Plan
import TestKit

/// What somebody did to the service behind everybody's back, as a pass of reconciliation sees it: the store
/// itself stays as it is, so that everything else of the history goes on.
final class Corruption {
    /// The kinds of what is done.
    enum Kind: Int, CaseIterable {
        /// A contract is deleted.
        case drop
        /// A contract gets another holder.
        case change
        /// A contract goes back to an earlier revision.
        case age
        /// There is a contract that never was a policy.
        case add
        /// Two contracts have each other's holders.
        case swap
        /// A part is deleted.
        case dropPart
        /// A part gets another quantity.
        case changePart
        /// There is a part more.
        case addPart
        /// A row of a copy is deleted.
        case dropCopy
        /// A row of a copy is another one.
        case changeCopy
    }

    /// What a pass has to find.
    struct Effect: Hashable {
        /// As a discrepancy says it.
        var of: String
        /// Missing, extra or content.
        var kind: String
        /// The key, as people read it.
        var key: String
        /// The fields, in order.
        var fields: [String]
        /// The number of the policy that it concerns; nil when there is none.
        var number: Int32?
    }

    let kind: Kind
    /// Which row it befalls, of those that there are.
    let place: Int
    let shape: PlanShape
    /// The rows that were chosen when the first view was taken, by their places: the same ones in each view.
    private var chosen: [Int: Key] = [:]

    init(kind: Kind, place: Int, shape: PlanShape) {
        self.kind = kind
        self.place = place
        self.shape = shape
    }

    /// The number of a contract that never was a policy.
    private static let strange: Int32 = 180

    /// Does it to a view.
    ///
    /// - Returns: What has to be found in the view; empty when there was nothing that it could befall.
    func apply(to view: inout MemoryView) -> [Effect] {
        switch kind {
        case .drop, .change, .age: alterContract(&view)
        case .swap: swap(&view)
        case .add: add(&view)
        case .dropPart, .changePart, .addPart: shape.isJoined ? alterPart(&view) : []
        case .dropCopy, .changeCopy: shape.isJoined ? alterCopy(&view) : []
        }
    }

    // MARK: contracts

    /// Where the number stands in a contract.
    private var number: Int { shape.isJoined ? 1 : 0 }
    private var holder: Int { number + 2 }
    private var revision: Int { number + 3 }

    private func alterContract(_ view: inout MemoryView) -> [Effect] {
        guard let (key, row) = pick(in: "contract", of: view, at: place) else { return [] }
        var new = row
        switch kind {
        case .change: new[holder] = Mapping.text("somebody else")
        case .age: new[revision] = Mapping.integer(-1)
        default:
            view.remove(key, from: "contract")
            return [effect("missing_in_target", key, row)]
        }
        view.put(new, in: "contract")
        return [effect("content", key, row, [kind == .age ? "rev" : "holder"])]
    }

    private func swap(_ view: inout MemoryView) -> [Effect] {
        guard let (key, row) = pick(in: "contract", of: view, at: place),
            let (other, held) = pick(in: "contract", of: view, at: place + 1), row[holder] != held[holder]
        else { return [] }
        for (one, another) in [(row, held), (held, row)] {
            var new = one
            new[holder] = another[holder]
            view.put(new, in: "contract")
        }
        return [effect("content", key, row, ["holder"]), effect("content", other, held, ["holder"])]
    }

    private func add(_ view: inout MemoryView) -> [Effect] {
        var row = [
            Mapping.integer(Self.strange), Mapping.text("plain"), Mapping.text("nobody"), Mapping.integer(1),
        ]
        if shape.isJoined { row = [Mapping.text("strange")] + row + [Mapping.light] }
        view.put(row, in: "contract")
        let key = Key(bytes: row[0])
        return [
            Effect(
                of: "contract", kind: "extra_in_target", key: key.display, fields: [], number: Self.strange)
        ]
    }

    private func effect(
        _ kind: String, _ key: Key, _ row: [[UInt8]], _ fields: [String] = []
    ) -> Effect {
        Effect(
            of: "contract", kind: kind, key: key.display, fields: fields,
            number: Mapping.numbers[row[number]])
    }

    // MARK: parts

    private func alterPart(_ view: inout MemoryView) -> [Effect] {
        guard let (key, row) = pick(in: "contract_item", of: view, at: place),
            let owner = view.rows(of: "contract").first(where: { $0.value[0] == row[0] })
        else { return [] }
        let label = "items[\(Key(bytes: row[1]).display)]"
        switch kind {
        case .dropPart:
            view.remove(key, from: "contract_item")
            return [effect("content", owner.key, owner.value, [label])]
        case .changePart:
            view.put([row[0], row[1], Mapping.integer(1_000)], in: "contract_item")
            return [effect("content", owner.key, owner.value, [label + ".qty"])]
        default:
            view.put([row[0], Mapping.integer(77), Mapping.integer(1)], in: "contract_item")
            return [effect("content", owner.key, owner.value, ["items[77]"])]
        }
    }

    // MARK: copies

    private func alterCopy(_ view: inout MemoryView) -> [Effect] {
        let schema = shape.schemas[0]
        let copy = OwnedTables.mirror(of: schema, context: shape.context.name).name
        guard let (key, row) = pick(in: copy, of: view, at: place) else { return [] }
        let number = Mapping.numbers[row[shape.isNumbered ? 1 : 0]]
        let isDropped = kind == .dropCopy
        if isDropped {
            view.remove(key, from: copy)
        } else {
            var new = row
            new[schema.index(of: "rev") ?? 0] = Mapping.integer(-1)
            view.put(new, in: copy)
        }
        return [
            Effect(
                of: "table:\(schema.name)", kind: isDropped ? "missing_in_target" : "content",
                key: key.display, fields: isDropped ? [] : ["rev"], number: number)
        ]
    }

    /// One of the rows of a table, in the order of their keys; nil when it is not there any more.
    private func pick(in table: String, of view: MemoryView, at place: Int) -> (Key, [[UInt8]])? {
        let rows = view.rows(of: table)
        if let key = chosen[place] { return rows[key].map { (key, $0) } }
        let keys = rows.keys.sorted()
        if keys.isEmpty { return nil }
        let key = keys[place % keys.count]
        chosen[place] = key
        return rows[key].map { (key, $0) }
    }
}
