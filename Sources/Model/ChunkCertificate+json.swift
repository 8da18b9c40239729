extension ChunkCertificate {
    /// The certificate as JSON with its members in the order of their names: one text for one certificate.
    public var canonicalJSON: String {
        var members = ["\"context\":\(RowJSON.quote(context))", "\"digest\":\(RowJSON.quote(digest))"]
        members.append("\"frontier\":{\"value\":\(frontier)}")
        members.append("\"high\":{\"value\":\(high)}")
        members.append("\"isLast\":\(isLast)")
        if let keyAfter { members.append("\"keyAfter\":\(RowJSON.quote(keyAfter))") }
        if let keyThrough { members.append("\"keyThrough\":\(RowJSON.quote(keyThrough))") }
        members.append("\"low\":{\"value\":\(low)}")
        members.append("\"number\":\(number)")
        members.append("\"rowsDropped\":\(rowsDropped)")
        members.append("\"rowsRead\":\(rowsRead)")
        members.append("\"table\":\(RowJSON.quote(table))")
        return "{\(members.joined(separator: ","))}"
    }
}
