import Foundation

/// The control: how many times a second this disk makes 4 KiB of a zero-filled file durable.
///
/// The rate of one machine swings 30-fold between hours, so a durable rate means nothing without the control of the
/// same minute. The file is full of zeros and synced before use: a file that grows has half the rate.
final class Control {
    private static let block = 4096
    private let descriptor: Int32
    private let blocks: Int
    private var next = 0
    private var bytes = [UInt8](repeating: 0, count: Control.block)
    /// Every rate measured so far, in syncs a second.
    private(set) var history: [Double] = []

    /// Makes the control's file, durable with its folder.
    ///
    /// - Parameters:
    ///   - path: the file, which must not exist.
    ///   - blocks: its length, in blocks of 4 KiB.
    init(path: String, blocks: Int = 16_384) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        self.blocks = blocks
        guard descriptor >= 0 else { throw systemError("open \(path)") }
        for block in 0..<blocks { try write(at: block) }
        guard fdatasync(descriptor) == 0 else { throw systemError("fdatasync \(path)") }
    }

    deinit { close(descriptor) }

    /// Writes and syncs one block after another for a while.
    ///
    /// - Parameter duration: how long, in seconds.
    /// - Returns: syncs a second.
    func measure(for duration: Double) throws -> Double {
        let rate = try rate(for: duration) {
            bytes[0] &+= 1
            try write(at: next)
            guard fdatasync(descriptor) == 0 else { throw systemError("fdatasync") }
            next = (next + 1) % blocks
        }
        history.append(rate)
        return rate
    }

    private func write(at block: Int) throws {
        guard pwrite(descriptor, bytes, Self.block, off_t(block * Self.block)) == Self.block else {
            throw systemError("pwrite")
        }
    }
}

/// What the operating system said, as an error.
func systemError(_ call: String) -> BenchError {
    BenchError(.system, "\(call): \(String(cString: strerror(errno)))")
}
