/// How many threads a command of the learning uses.
struct ThreadsOption: ArgumentGroup {
    @Option(
        "--threads",
        "N",
        in: 1...256,
        "Threads; two numbers of threads give results that differ in the last digits."
    )
    var number: Int = 2
}

/// Whether a command goes on with what stands in its folder.
struct ResumeOption: ArgumentGroup {
    @Flag("--resume", "Go on with what was begun in that folder, to the same result as without the interruption.")
    var isGiven: Bool
}
