/// How well the objects of a batch find their own other modality among those of the whole batch, by cosine, in every direction
/// that they have: what contrastive training is for.
///
/// The loss itself is no measure of it on objects that were not trained on: the learned scale makes the answers of a network that
/// begins to know its own objects by heart ever surer, and the loss of others rises while they are still found better.
package struct PartnerRetrieval: Hashable, Sendable {
    /// How often was looked for a partner.
    package private(set) var searches = 0
    private var sum = 0.0

    /// None.
    package init() {}

    /// One search, in which so many others lay as near as the partner or nearer.
    mutating func add(nearer: Int) {
        searches += 1
        sum += 1 / Double(1 + nearer)
    }

    /// Adds the searches of another batch.
    package static func += (total: inout PartnerRetrieval, more: PartnerRetrieval) {
        total.searches += more.searches
        total.sum += more.sum
    }

    /// The mean reciprocal rank of the partner, 0 to 1 (Voorhees 1999); 0 without a search.
    package var meanReciprocalRank: Double { searches == 0 ? 0 : sum / Double(searches) }
}
