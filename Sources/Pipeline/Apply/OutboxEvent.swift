public import Model

/// One event of the outbox, in the order in which the target committed it.
public struct OutboxEvent: Sendable, Hashable {
    /// Its place in commit order.
    public var sequence: Int64
    /// The event's id: the same however often it is derived.
    public var id: String
    /// The aggregate's name.
    public var aggregateType: String
    /// The aggregate's key as people read it.
    public var aggregateID: String
    /// The event's type.
    public var type: String
    /// The aggregate's row after the change (before it, for a removal) as a JSON object.
    public var payload: String
    /// When the change committed in the source, in microseconds since 1970; nil when the source does not say.
    public var timestamp: Int64?
    /// Where the change committed in the source.
    public var position: Position
    /// Whether it was derived from history.
    public var isHistorical: Bool

    /// Describes an event.
    public init(
        sequence: Int64, id: String, aggregateType: String, aggregateID: String, type: String,
        payload: String,
        timestamp: Int64?, position: Position, isHistorical: Bool
    ) {
        self.sequence = sequence
        self.id = id
        self.aggregateType = aggregateType
        self.aggregateID = aggregateID
        self.type = type
        self.payload = payload
        self.timestamp = timestamp
        self.position = position
        self.isHistorical = isHistorical
    }

    /// The event with the columns that Debezium's event router reads, as one line of JSON.
    public var outboxLine: String {
        let time = timestamp.map { String($0 / 1000) } ?? "null"
        return "{\"id\":\(RowJSON.quote(id)),\"aggregatetype\":\(RowJSON.quote(aggregateType)),"
            + "\"aggregateid\":\(RowJSON.quote(aggregateID)),\"type\":\(RowJSON.quote(type)),"
            + "\"timestamp\":\(time),\"sequence\":\(sequence),\"historical\":\(isHistorical),\"payload\":\(payload)}"
    }

    /// The event in CloudEvents' JSON form.
    ///
    /// - Parameter source: The URI reference of the stream.
    public func cloudEvent(source: String) -> String {
        let time =
            timestamp.map {
                ",\"time\":\(RowJSON.quote(Timestamp(microseconds: $0, isZoned: true).description))"
            } ?? ""
        return "{\"specversion\":\"1.0\",\"id\":\(RowJSON.quote(id)),\"source\":\(RowJSON.quote(source)),"
            + "\"type\":\(RowJSON.quote(type)),\"subject\":\(RowJSON.quote(aggregateType + "/" + aggregateID))\(time),"
            + "\"datacontenttype\":\"application/json\",\"banyanhistorical\":\(isHistorical),\"data\":\(payload)}"
    }
}

/// Reads a target's outbox and remembers how far each sink has got. One owner, one thread.
public protocol OutboxReader: AnyObject {
    /// The events after a sequence number, in commit order.
    func events(after sequence: Int64, limit: Int) throws -> [OutboxEvent]

    /// The last event's sequence number; 0 when there is none.
    func end() throws -> Int64

    /// How far a sink has got; 0 when it is new.
    func relayed(by sink: String) throws -> Int64

    /// Remembers durably that a sink has everything up to `sequence`.
    func setRelayed(by sink: String, to sequence: Int64) throws
}

/// Takes events out of the house, in order, at least once.
public protocol EventSink: AnyObject {
    /// The sink's name, under which its progress is kept.
    var name: String { get }

    /// Delivers events durably, or throws having delivered a prefix at the most.
    func deliver(_ events: [OutboxEvent]) throws
}
