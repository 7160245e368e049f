import NIOPosix

/// Threads for what takes time: none of it holds up the network's own.
///
/// Forms go in a lane of their own: they look at passwords, and may wait for the store's turn, while pages go on.
struct WorkLanes: Sendable {
    private let forms = NIOThreadPool(numberOfThreads: 2)
    private let reading = NIOThreadPool(numberOfThreads: 2)

    init() {
        forms.start()
        reading.start()
    }

    /// Does the work on a thread that may be held.
    func run<R: Sendable>(slowly isForm: Bool, _ work: @escaping @Sendable () throws -> R) async throws -> R {
        try await (isForm ? forms : reading).runIfActive(work)
    }

    /// Lets what has begun end, and takes nothing more.
    func stop() async {
        try? await forms.shutdownGracefully()
        try? await reading.shutdownGracefully()
    }
}
