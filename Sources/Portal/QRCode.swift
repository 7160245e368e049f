import CQREncode

/// A text as squares that a camera reads, so that nobody has to type the secret of one-time codes.
public struct QRCode: Sendable, Equatable {
    /// How many squares a side has, without the light margin.
    public let side: Int
    private let dark: [Bool]

    /// The light margin that the standard asks for, in squares.
    public static let margin = 4

    /// Encodes a text; nil for one that is longer than such a code can hold.
    public init?(_ text: String) {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let side = Int(code.pointee.width)
        self.side = side
        dark = (0..<side * side).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// Whether a square is dark; outside the code none is.
    public func isDark(_ x: Int, _ y: Int) -> Bool {
        (0..<side).contains(x) && (0..<side).contains(y) && dark[y * side + x]
    }

    /// The code for a terminal, two squares a letter, in colours of its own whatever those of the terminal.
    public var lines: [String] {
        let range = -Self.margin..<side + Self.margin
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { y in
            let squares = range.map { x in
                switch (isDark(x, y), isDark(x, y + 1)) {
                case (false, false): " "
                case (true, false): "\u{2580}"
                case (false, true): "\u{2584}"
                case (true, true): "\u{2588}"
                }
            }
            return "\u{1B}[30;107m" + squares.joined() + "\u{1B}[0m"
        }
    }

    /// The dark squares as the path of a drawing, the margin counted in.
    public var path: String {
        (0..<side * side).filter { dark[$0] }.map { index in
            "M\(index % side + Self.margin) \(index / side + Self.margin)h1v1h-1z"
        }.joined()
    }
}
