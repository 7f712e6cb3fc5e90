/// The name of an object in the packets that follow Rubin's model.
enum ObjectIdentity {
    /// `diaObjectId` where it is not 0, else `sso:<ssObjectId>`, else `source:<diaSourceId>`: an id that is null or 0
    /// names nothing.
    static func name(diaObjectId: Int64?, ssObjectId: Int64?, diaSourceId: Int64) -> String {
        if let diaObjectId, diaObjectId != 0 { return "\(diaObjectId)" }
        if let ssObjectId, ssObjectId != 0 { return "sso:\(ssObjectId)" }
        return "source:\(diaSourceId)"
    }
}
