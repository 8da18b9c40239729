import Crypto

/// One column of a table, as a catalog describes it.
public struct ColumnSchema: Hashable, Sendable, Codable {
    /// The column's name, exactly as the catalog spells it.
    public var name: String
    /// The kind that values of this column are expected to have; single values may differ in dynamically
    /// typed systems.
    public var kind: Kind
    /// The type as the system declares it (`VARCHAR(20)`, `numeric(10,2)`); empty when it declares none.
    public var declaredType: String
    /// Whether the catalog allows NULL here.
    public var isNullable: Bool
    /// Digits after the point, where the declared type fixes them (`numeric(10,2)` has 2).
    public var scale: Int?
    /// Whether the system computes the value itself, so that nobody may write it.
    public var isGenerated: Bool
    /// The collation, where it is not the plain comparison of bytes.
    public var collation: String?
    /// Whether the system fills the column in when nothing is written to it.
    public var hasDefault: Bool
    /// Whether values that the kind cannot hold (a number of 50 digits, an infinite date) come as the text
    /// that the system writes for them, and are taken as such.
    public var spillsIntoText: Bool

    /// Describes one column.
    public init(
        name: String, kind: Kind, declaredType: String = "", isNullable: Bool = true, scale: Int? = nil,
        isGenerated: Bool = false, collation: String? = nil, hasDefault: Bool = false,
        spillsIntoText: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.declaredType = declaredType
        self.isNullable = isNullable
        self.scale = scale
        self.isGenerated = isGenerated
        self.collation = collation
        self.hasDefault = hasDefault
        self.spillsIntoText = spillsIntoText
    }

    /// Reads a description; one that was written before some of this was said lacks it.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        kind = try values.decode(Kind.self, forKey: .kind)
        declaredType = try values.decode(String.self, forKey: .declaredType)
        isNullable = try values.decode(Bool.self, forKey: .isNullable)
        scale = try values.decodeIfPresent(Int.self, forKey: .scale)
        isGenerated = try values.decode(Bool.self, forKey: .isGenerated)
        collation = try values.decodeIfPresent(String.self, forKey: .collation)
        hasDefault = try values.decode(Bool.self, forKey: .hasDefault)
        spillsIntoText = try values.decodeIfPresent(Bool.self, forKey: .spillsIntoText) ?? false
    }
}

/// One table with its columns in catalog order and its key.
public struct TableSchema: Hashable, Sendable, Codable {
    /// The table's name, exactly as the catalog spells it.
    public var name: String
    /// The columns in the order in which row images hold them.
    public var columns: [ColumnSchema]
    /// Indexes into `columns` of the primary key, in key order; empty when the table declares none.
    public var key: [Int]
    /// Further unique keys, as indexes into `columns`.
    public var uniqueKeys: [[Int]]
    /// Foreign keys that leave this table.
    public var references: [ForeignKey]

    /// Describes one table.
    public init(
        name: String, columns: [ColumnSchema], key: [Int], uniqueKeys: [[Int]] = [],
        references: [ForeignKey] = []
    ) {
        self.name = name
        self.columns = columns
        self.key = key
        self.uniqueKeys = uniqueKeys
        self.references = references
    }

    /// The index of a column by its exact name.
    public func index(of column: String) -> Int? {
        columns.firstIndex { $0.name == column }
    }

    /// The table with some of its columns, in their order, among them its key.
    public func restricted(to wanted: Set<Int>) -> TableSchema {
        let kept = columns.indices.filter { wanted.contains($0) || key.contains($0) }
        func moved(_ places: [Int]) -> [Int]? {
            let found = places.compactMap { kept.firstIndex(of: $0) }
            return found.count == places.count ? found : nil
        }
        return TableSchema(
            name: name, columns: kept.map { columns[$0] }, key: moved(key) ?? [],
            uniqueKeys: uniqueKeys.compactMap(moved),
            references: references.compactMap { reference in
                moved(reference.columns).map {
                    ForeignKey(
                        columns: $0, table: reference.table, referredColumns: reference.referredColumns)
                }
            })
    }

    /// A digest of everything in the schema that changes how a row image is read (first 16 bytes of a
    /// SHA-256, in hex).
    public var digest: String {
        var hash = SHA256()
        var text = "\(name)\u{1}"
        for column in columns {
            let kind = "\(column.kind.rawValue)\u{2}\(column.declaredType)\u{2}\(column.isNullable)"
            text += "\(column.name)\u{2}\(kind)\u{1}"
        }
        text += key.map(String.init).joined(separator: ",")
        hash.update(data: Array(text.utf8))
        return Hex.encode(hash.finalize().prefix(16))
    }
}

/// A foreign key: columns of one table that name a row of another.
public struct ForeignKey: Hashable, Sendable, Codable {
    /// Indexes of the referring columns.
    public var columns: [Int]
    /// The table referred to.
    public var table: String
    /// The names of the columns referred to.
    public var referredColumns: [String]

    /// Describes one foreign key.
    public init(columns: [Int], table: String, referredColumns: [String]) {
        self.columns = columns
        self.table = table
        self.referredColumns = referredColumns
    }
}

/// Everything a system says about its own tables.
public struct Catalog: Hashable, Sendable, Codable {
    /// The tables by name, in name order.
    public var tables: [TableSchema]

    /// Collects tables into a catalog.
    public init(tables: [TableSchema]) {
        self.tables = tables.sorted { $0.name < $1.name }
    }

    /// The table with exactly this name.
    public func table(_ name: String) -> TableSchema? {
        tables.first { $0.name == name }
    }
}
