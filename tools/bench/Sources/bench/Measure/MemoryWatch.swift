import Foundation
import Synchronization

/// Anonymous memory of this process through a piece of work.
///
/// The LMDB map is file-backed and not counted.
struct MemoryTrace: Equatable {
    /// One reading.
    struct Reading: Equatable, Sendable {
        /// Since the work began, in seconds.
        let time: Double
        /// Anonymous resident memory, in KiB.
        let kibibytes: Double
    }

    /// Growth that still counts as flat, in KiB: what allocators and caches move by.
    static let tolerance = 4096.0
    /// Growth that still counts as flat, as a share of the peak.
    static let toleratedShare = 0.05

    /// At the start, in KiB.
    let start: Double
    /// At most, in KiB.
    let peak: Double
    /// Fitted to the second half, in KiB a second: the first half may fill caches.
    let slope: Double
    /// Peak of the last third over that of the middle one, in KiB: memory that fills and is emptied again, as the part
    /// of a log that waits for its checkpoint, has the same peaks.
    let growth: Double

    /// True when the peaks grew by no more than is tolerated.
    var isFlat: Bool { growth <= max(Self.tolerance, Self.toleratedShare * peak) }

    /// Summarises readings; nil when there are none.
    init?(_ readings: [Reading]) {
        guard let first = readings.first, let last = readings.last else { return nil }
        start = first.kibibytes
        peak = Self.peak(of: readings)
        let middle = (first.time + last.time) / 2
        slope = Self.slope(of: readings.filter { $0.time >= middle })
        let third = (last.time - first.time) / 3
        let later = readings.filter { $0.time >= first.time + third }
        let latest = Self.peak(of: later.filter { $0.time >= last.time - third })
        growth = latest - Self.peak(of: later.filter { $0.time < last.time - third }, or: latest)
    }

    private static func peak(of readings: [Reading], or none: Double = 0) -> Double {
        readings.map(\.kibibytes).max() ?? none
    }

    /// Least squares.
    private static func slope(of readings: [Reading]) -> Double {
        let count = Double(readings.count)
        let time = readings.reduce(0) { $0 + $1.time } / count
        let memory = readings.reduce(0) { $0 + $1.kibibytes } / count
        let spread = readings.reduce(0) { $0 + ($1.time - time) * ($1.time - time) }
        guard spread > 0 else { return 0 }
        return readings.reduce(0) { $0 + ($1.time - time) * ($1.kibibytes - memory) } / spread
    }
}

/// Reads the process's memory from a thread of its own while work is done.
final class MemoryWatch: Sendable {
    private let readings = Mutex<[MemoryTrace.Reading]>([])
    private let stopped = Atomic<Bool>(false)
    private let done = DispatchSemaphore(value: 0)
    /// Whose memory is read.
    private let process: Int32

    private init(_ process: Int32 = getpid()) { self.process = process }

    /// Waits for the end of another process and answers its memory meanwhile; nil when it ended before it could be read.
    static func of(_ process: Int32, _ wait: () -> Void) -> MemoryTrace? {
        let watch = MemoryWatch(process)
        Thread.detachNewThread { watch.read() }
        wait()
        watch.stop()
        return watch.readings.withLock { MemoryTrace($0) }
    }

    /// Does the work and answers its memory beside its result.
    static func during<Result>(_ work: () throws -> Result) rethrows -> (result: Result, trace: MemoryTrace?) {
        let watch = MemoryWatch()
        Thread.detachNewThread { watch.read() }
        defer { watch.stop() }
        let result = try work()
        watch.stop()
        return (result, watch.readings.withLock { MemoryTrace($0) })
    }

    private func stop() {
        if stopped.exchange(true, ordering: .sequentiallyConsistent) { return }
        done.wait()
    }

    private func read() {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            let last = stopped.load(ordering: .sequentiallyConsistent)
            if let kibibytes = anonymousMemory(of: process) {
                let time = (clock.now - start) / .seconds(1)
                readings.withLock { $0.append(.init(time: time, kibibytes: kibibytes)) }
            }
            if last { break }
            usleep(20_000)
        }
        done.signal()
    }
}

/// `RssAnon` of a process, in KiB.
func anonymousMemory(of process: Int32 = getpid()) -> Double? {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix("RssAnon:") {
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }
    }
    return nil
}
