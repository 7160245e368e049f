import Identifiers

/// A composite key of up to 64 bytes, built on the stack: numbers big-endian, so that byte order is number order.
///
///     var key = KeyBytes()
///     key.append(base)
///     key.append(position.rawValue)
public struct KeyBytes: ByteSource, Hashable, Comparable, Sendable {
    /// The most bytes that it holds.
    public static let capacity = 64

    @usableFromInline
    var storage = SIMD64<UInt8>()

    /// How many bytes have been appended.
    public private(set) var count = 0

    /// An empty key.
    @inlinable
    public init() {}

    /// Appends one byte.
    public mutating func append(_ byte: UInt8) { appendInteger(byte) }

    /// Appends two bytes, big-endian.
    public mutating func append(_ number: UInt16) { appendInteger(number.bigEndian) }

    /// Appends four bytes, big-endian.
    public mutating func append(_ number: UInt32) { appendInteger(number.bigEndian) }

    /// Appends eight bytes, big-endian.
    public mutating func append(_ number: UInt64) { appendInteger(number.bigEndian) }

    /// Appends an identifier's sixteen bytes.
    public mutating func append<Kind>(_ identifier: Identifier<Kind>) {
        append(identifier.high)
        append(identifier.low)
    }

    /// Appends bytes as they are; the key's capacity must allow for them.
    public mutating func append(bytes: UnsafeRawBufferPointer) {
        precondition(count + bytes.count <= Self.capacity, "a key of KeyBytes has at most 64 bytes")
        withUnsafeMutableBytes(of: &storage) { storage in
            UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
        }
        count += bytes.count
    }

    /// Lends the appended bytes.
    @inlinable
    public func lend<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    /// Orders keys as LMDB does: by bytes, a prefix first.
    public static func < (left: Self, right: Self) -> Bool {
        left.lend { left in right.lend { right in left.lexicographicallyPrecedes(right) } }
    }

    private mutating func appendInteger<Number: FixedWidthInteger>(_ bigEndian: Number) {
        precondition(count + MemoryLayout<Number>.size <= Self.capacity, "a key of KeyBytes has at most 64 bytes")
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: bigEndian, toByteOffset: count, as: Number.self) }
        count += MemoryLayout<Number>.size
    }
}
