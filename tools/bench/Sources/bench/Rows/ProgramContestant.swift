extension Contestant {
    /// One that is a process of its own, whose memory is watched.
    ///
    /// - Parameters:
    ///   - figure: the row's figure, from the seconds that it took.
    ///   - run: runs it to its end.
    static func program(
        _ label: String,
        figure: @escaping (_ seconds: Double) -> Double,
        _ run: @escaping () throws -> ImportUnderTest.Taken
    ) -> Contestant {
        var last: MemoryTrace?
        var contestant = Contestant(label) {
            let taken = try run()
            last = taken.memory
            return figure(taken.seconds)
        }
        contestant.memory = { last }
        return contestant
    }
}
