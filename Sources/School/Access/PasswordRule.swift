/// What may be a password: long, and none that guessers try first.
public enum PasswordRule {
    /// The least length, in characters.
    public static let characters = 12
    /// The greatest length, in bytes.
    public static let bytesMax = 200

    /// Refuses a password.
    ///
    /// - Parameter name: the account's name, which is no password.
    /// - Throws: `SchoolError` with code `passwordWeak`; the password is in no message.
    public static func check(_ password: String, of name: String) throws(SchoolError) {
        guard password.count >= characters, password.utf8.count <= bytesMax else {
            throw SchoolError(
                .passwordWeak,
                "a password has at least \(characters) characters, and at most \(bytesMax) bytes: three or four words "
                    + "that have nothing to do with one another make a good one"
            )
        }
        guard password.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw SchoolError(.passwordWeak, "a password has no control characters")
        }
        let plain = letters(password)
        let isRepeated = Set(password.lowercased()).count < 5
        let isName = !name.isEmpty && plain.contains(letters(name)) && !letters(name).isEmpty
        let isCommon = common.contains { $0 == plain || $0 + $0 == plain || password.lowercased() == $0 }
        guard !isRepeated, !isName, !isCommon, !isRun(password) else {
            throw SchoolError(
                .passwordWeak,
                "this password is among those that are tried first: take three or four words that have nothing to do "
                    + "with one another"
            )
        }
    }

    /// The letters of a word, digits read as the letters that they stand for, without what is put before and behind.
    private static func letters(_ word: String) -> String {
        let core = word.lowercased().drop { !$0.isLetter }.reversed().drop { !$0.isLetter }.reversed()
        let read: [Character: Character] = [
            "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s",
        ]
        return String(core.map { read[$0] ?? $0 }.filter(\.isLetter))
    }

    /// Characters that follow one another, up or down.
    private static func isRun(_ password: String) -> Bool {
        let values = password.unicodeScalars.map { Int($0.value) }
        let steps = Set(zip(values, values.dropFirst()).map { $1 - $0 })
        return steps.count == 1 || steps.isSubset(of: [1, -9]) || steps.isSubset(of: [-1, 9])
    }

    /// What is left of the passwords that leaked most often, of keyboards' rows, and of words that schools come to.
    private static let common: Set<String> = [
        "password", "passwort", "passwordpassword", "qwerty", "qwertyuiop", "qwertyuiopas", "qwertyuiopasdfghjkl",
        "asdfghjkl", "zxcvbnm", "qazwsxedc", "qazwsx", "iloveyou", "iloveyouforever", "letmein", "letmeinplease",
        "welcome", "welcometoschool", "admin", "administrator", "adminadmin", "changeme", "changemenow",
        "pleasechangeme",
        "secret", "topsecret", "trustno", "whatever", "superman", "batman", "spiderman", "football", "baseball",
        "princess", "sunshine", "liverpool", "liverpoolfc", "chelsea", "arsenal", "manchester", "manchesterunited",
        "charlie", "ashley", "michael", "jordan", "monkey", "dragon", "shadow", "master", "starwars", "pokemon",
        "school", "schoolschool", "headteacher", "teacher", "teachers", "primaryschool", "highschool", "myschool",
        "education", "academy", "governor", "classroom", "schooloffice", "september", "december", "november", "summer",
        "winter", "spring", "autumn", "england", "london", "correcthorsebatterystaple", "abcdefghijkl", "abcabcabcabc",
        "syncd", "syncdsyncd", "computer", "internet", "mynameis", "nothing", "default", "guestguest", "testtest",
        "testing", "password123", "passwordone", "hello", "hellohello", "helloworld",
    ]
}

extension SchoolError.Code {
    /// A password that is too short, or that guessers try first.
    public static let passwordWeak = Self(rawValue: "passwordWeak")
}
