/// Names of fields and data groups as people write them.
enum PlainWords {
    /// What is said otherwise than its name.
    private static let own = [
        "upn": "UPN", "uln": "ULN", "uci": "UCI", "formerUPN": "Former UPN", "noUPNReason": "Reason for no UPN",
        "sen": "Special educational needs", "fsm": "Free school meals", "lookedAfter": "Looked after",
        "saon": "Flat", "paon": "House", "uprn": "UPRN", "urn": "URN", "ncesID": "NCES ID", "stateID": "State ID",
        "accountMatchID": "Account match ID", "courtOrder": "Court order", "classKey": "Class",
    ]

    /// `birthDate` as `Birth date`.
    static func of(_ name: String) -> String {
        if let words = own[name] { return words }
        var text = ""
        for letter in name {
            if letter.isUppercase, !text.isEmpty { text += " " + letter.lowercased() } else { text.append(letter) }
        }
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
