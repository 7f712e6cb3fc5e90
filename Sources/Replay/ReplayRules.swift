internal import Simulator

/// What a field of a survey's packet is to a replay, by its name: ids, right ascensions and times, in every version
/// of the surveys' schemas.
enum ReplayRule: Sendable {
    /// Id of an alert, a measurement or an object.
    case id
    /// ZTF's name of an object.
    case name
    /// Degrees.
    case rightAscension
    /// Days: a Julian or modified Julian date.
    case day
    /// Time since 1970 in microseconds (LSST before version 9).
    case timestamp
    /// ZTF's night number.
    case night
    /// ZTF's processing id, which begins with the night's number.
    case processing

    static func rule(_ field: String, _ shape: DatumShape) -> ReplayRule? {
        switch (field, shape) {
        case ("objectId", .string): .name
        case ("nid", .int), ("nid", .long): .night
        case ("pid", .long): .processing
        case ("time_processed", .long), ("validityStart", .long): .timestamp
        case (_, .long) where ids.contains(field): .id
        case (_, .double) where rightAscensions.contains(field): .rightAscension
        case (_, .float) where rightAscensions.contains(field): .rightAscension
        case (_, .double) where days.contains(field): .day
        default: nil
        }
    }

    private static let ids: Set<String> = [
        "candid", "alertId", "diaSourceId", "diaForcedSourceId", "diaObjectId", "ssObjectId", "parentDiaSourceId",
    ]
    private static let rightAscensions: Set<String> = [
        "ra", "ranr", "psfRa", "trailRa", "dipoleRa", "ephRa", "hostgal_ra", "hostgal2_ra",
    ]
    private static let days: Set<String> = [
        "jd", "jdstarthist", "jdendhist", "jdstartref", "jdendref", "midpointMjdTai", "midPointTai", "radecMjdTai",
        "timeProcessedMjdTai", "timeWithdrawnMjdTai", "validityStartMjdTai", "firstDiaSourceMjdTai",
        "lastDiaSourceMjdTai",
    ]
}
