/// Bytes that can be lent for the length of a call: what keys and values are given as, without a copy.
public protocol ByteSource: ~Copyable, ~Escapable {
    /// Lends the bytes; the pointer is valid inside the closure only.
    borrowing func lend<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R
}

extension [UInt8]: ByteSource {
    /// Lends the array's own storage.
    @inlinable
    public func lend<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { withUnsafeBytes(body) }
}

extension ArraySlice<UInt8>: ByteSource {
    /// Lends the slice's part of its array's storage.
    @inlinable
    public func lend<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { withUnsafeBytes(body) }
}

extension UnsafeRawBufferPointer: ByteSource {
    /// Lends itself.
    @inlinable
    public func lend<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { body(self) }
}

extension RawSpan: ByteSource {
    /// Lends the spanned bytes.
    @inlinable
    public borrowing func lend<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { withUnsafeBytes(body) }
}
