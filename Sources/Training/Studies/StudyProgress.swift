/// How far the training of a study is, counted in objects that its steps see, and how long it will go on.
///
/// Steps that an earlier command took are done, and none of this one's time went into them: what is left is judged by the rate of
/// this command's own steps.
struct StudyProgress: Sendable {
    /// Of all runs that were not done when the command began.
    private let whole: Int
    /// Of the runs that it has brought to their ends.
    private var ended = (objects: 0, seconds: 0.0)
    /// Of the run that is under way, steps of earlier commands too.
    private var current = (objects: 0, seconds: 0.0)
    /// By the command's own steps.
    private var seen = 0

    init(whole: Int) { self.whole = whole }

    /// A step of the run that is under way.
    ///
    /// - Parameters:
    ///   - objects: that it saw.
    ///   - place: how many objects the run has seen with it, whoever took its steps.
    ///   - seconds: since the command began or resumed the run.
    mutating func step(_ objects: Int, to place: Int, after seconds: Double) {
        seen += objects
        current = (place, seconds)
    }

    /// The run that is under way is done, however many of its objects its steps have seen.
    mutating func endRun(of objects: Int, after seconds: Double) {
        ended = (ended.objects + objects, ended.seconds + seconds)
        current = (0, 0)
    }

    /// Infinite where something is left and no step has told the rate.
    var secondsLeft: Double {
        let left = whole - ended.objects - current.objects
        guard left > 0 else { return 0 }
        guard seen > 0 else { return .infinity }
        return Double(left) * (ended.seconds + current.seconds) / Double(seen)
    }
}
