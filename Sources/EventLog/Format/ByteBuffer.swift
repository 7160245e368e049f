/// Bytes that one owner at a time fills and then hands on without copying.
///
/// Unlike an array it is not zeroed before it is filled and costs no uniqueness check a write.
final class ByteBuffer: @unchecked Sendable {
    // Sendable: filled by one thread, then passed on through a monitor and only read until it is freed.

    /// The memory, as long as the capacity.
    let memory: UnsafeMutableRawBufferPointer
    /// How much of it is filled.
    var count: Int

    /// Takes memory for at least this many bytes, aligned for direct writes.
    init(capacity: Int, count: Int = 0) {
        memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(capacity, 1), alignment: 64)
        self.count = count
    }

    deinit { memory.deallocate() }

    /// What is filled.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    /// A part of the memory to be filled.
    func slice(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[range])
    }
}
