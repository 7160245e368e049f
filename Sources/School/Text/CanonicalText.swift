import Foundation

/// The one spelling in which text is compared and stored: trimmed at both ends and in Unicode NFC.
public enum CanonicalText {
    /// Brings a text into its canonical spelling.
    ///
    /// ASCII needs no normalisation and takes a short way.
    public static func of(_ text: String) -> String {
        let isCanonical = text.utf8.withContiguousStorageIfAvailable { bytes in
            guard let first = bytes.first, let last = bytes.last else { return true }
            return !isSpace(first) && !isSpace(last) && bytes.allSatisfy { $0 < 0x80 }
        }
        if isCanonical == true { return text }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end]).precomposedStringWithCanonicalMapping
    }

    /// True when a text holds a control character or one of the two noncharacters U+FFFE and U+FFFF, which neither forms
    /// nor XML files can carry.
    public static func hasControlCharacter(_ text: String) -> Bool {
        // ASCII, as most texts are, takes a short way.
        let isPlain = text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
        if isPlain == true { return false }
        return text.unicodeScalars.contains {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0xFFFE || $0.value == 0xFFFF
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    }

    /// White space, and the byte order mark that programs leave inside files.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\u{200B}"
    }
}
