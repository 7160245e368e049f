/// Tells whether bytes that come in pieces are UTF-8 as a whole.
struct UTF8Check {
    /// False as soon as a byte cannot stand where it does.
    private(set) var holds = true
    private var bytesLeft = 0
    private var next: ClosedRange<UInt8> = 0x80...0xBF

    /// True when the bytes so far are UTF-8 and end with a whole character.
    var isComplete: Bool { holds && bytesLeft == 0 }

    /// Looks at the next bytes.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            guard holds else { return }
            if bytesLeft > 0 {
                holds = next.contains(byte)
                next = 0x80...0xBF
                bytesLeft -= 1
            } else if byte >= 0x80 {
                begin(byte)
            }
        }
    }

    /// The table of well-formed byte sequences (Unicode 15, table 3-7).
    private mutating func begin(_ byte: UInt8) {
        switch byte {
        case 0xC2...0xDF: bytesLeft = 1
        case 0xE0: (bytesLeft, next) = (2, 0xA0...0xBF)
        case 0xED: (bytesLeft, next) = (2, 0x80...0x9F)
        case 0xE1...0xEF: bytesLeft = 2
        case 0xF0: (bytesLeft, next) = (3, 0x90...0xBF)
        case 0xF1...0xF3: bytesLeft = 3
        case 0xF4: (bytesLeft, next) = (3, 0x80...0x8F)
        default: holds = false
        }
    }
}
