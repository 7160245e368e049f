import Identifiers
import Sealing

/// The row of a sealed part in a record: 40 bytes, big-endian (log.md section 1).
///
/// ```
///  0 key id 16   16 generation 4   20 data class 2   22 algorithm 2 (1 = AES-256-GCM)   24 nonce 12
/// 36 length of the ciphertext with its tag 4
/// ```
public struct SealedPartRow: Equatable, Sendable {
    /// Length in bytes.
    public static let byteCount = 40
    /// AES-256-GCM, the only algorithm so far.
    public static let aes256gcm: UInt16 = 1

    static let identityRange = 0..<22
    static let nonceRange = 24..<36

    /// The key.
    public var keyID: KeyID
    /// The generation of keys when it was sealed.
    public var generation: UInt32
    /// The class of data.
    public var dataClass: DataClass
    /// The algorithm's number.
    public var algorithm: UInt16
    /// Length of the ciphertext with its tag, in bytes.
    public var sealedLength: Int

    /// Reads a row from the front of a buffer of at least 40 bytes; the nonce stays where it is.
    @inline(__always)
    public init(reading bytes: UnsafeRawBufferPointer) {
        keyID = KeyID(reading: bytes)
        generation = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        dataClass = DataClass(rawValue: UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 20, as: UInt16.self)))
        algorithm = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 22, as: UInt16.self))
        sealedLength = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 36, as: UInt32.self)))
    }

    @inline(__always)
    init(keyID: KeyID, generation: UInt32, dataClass: DataClass, sealedLength: Int) {
        self.keyID = keyID
        self.generation = generation
        self.dataClass = dataClass
        self.sealedLength = sealedLength
        algorithm = Self.aes256gcm
    }

    /// Writes all of the row but its nonce.
    @inline(__always)
    func write(into bytes: UnsafeMutableRawBufferPointer) {
        keyID.write(into: bytes)
        bytes.storeBytes(of: generation.bigEndian, toByteOffset: 16, as: UInt32.self)
        bytes.storeBytes(of: dataClass.rawValue.bigEndian, toByteOffset: 20, as: UInt16.self)
        bytes.storeBytes(of: algorithm.bigEndian, toByteOffset: 22, as: UInt16.self)
        bytes.storeBytes(of: UInt32(sealedLength).bigEndian, toByteOffset: 36, as: UInt32.self)
    }
}
