/// Makes pupil numbers with right check letters.
enum UniquePupilNumber {
    /// The 23 letters, without I, O and S; their places are their values.
    private static let alphabet = Array("ABCDEFGHJKLMNPQRTUVWXYZ".utf8)

    /// A permanent number: authority (3 digits), establishment (4), year (2), serial (3).
    static func permanent(base: String, year: Int, serial: Int) -> String {
        withCheckLetter(base + padded(year % 100, 2) + padded(serial % 1000, 3))
    }

    /// A temporary one: the last character is a letter.
    static func temporary(base: String, year: Int, serial: Int) -> String {
        let letter = String(UnicodeScalar(alphabet[serial / 100 % 23]))
        return withCheckLetter(base + padded(year % 100, 2) + padded(serial % 100, 2) + letter)
    }

    /// Puts the check letter in front: the sum of value times place, for places 2 to 13, modulo 23.
    static func withCheckLetter(_ rest: String) -> String {
        var sum = 0
        for (index, byte) in rest.utf8.enumerated() {
            let value = alphabet.firstIndex(of: byte) ?? Int(byte) - 0x30
            sum += value * (index + 2)
        }
        return String(UnicodeScalar(alphabet[sum % 23])) + rest
    }
}
