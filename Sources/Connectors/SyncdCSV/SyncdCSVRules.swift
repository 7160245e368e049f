import School

/// Rules over several columns of a row.
enum SyncdCSVRules {
    /// A period does not end before it begins.
    static func period(_ start: String, _ end: String) -> SyncdCSVArea.Rule {
        SyncdCSVArea.Rule(columns: [start, end], emptied: [end]) { row in
            guard let first = row.date(start), let last = row.date(end), last < first else { return nil }
            return RowFault(column: end, reason: "is before \(start): correct one of the two dates", value: row[end])
        }
    }

    /// Nobody is born after the report ran.
    static func born(by day: CalendarDate) -> SyncdCSVArea.Rule {
        SyncdCSVArea.Rule(columns: ["birth_date"], emptied: ["birth_date"]) { row in
            guard let birth = row.date("birth_date"), birth > day else { return nil }
            return RowFault(
                column: "birth_date",
                reason: "is after the day of the report: correct it",
                value: row["birth_date"]
            )
        }
    }

    /// A reason for having no UPN goes with having none.
    static let upnOrReason = SyncdCSVArea.Rule(columns: ["upn", "no_upn_reason"], emptied: ["no_upn_reason"]) { row in
        guard row.isFilled("upn"), row.isFilled("no_upn_reason") else { return nil }
        return RowFault(column: "no_upn_reason", reason: "is told beside a UPN: leave one of the two empty")
    }

    private static let structured = [
        "saon", "paon", "street", "locality", "town", "administrative_area", "post_town",
    ]
    private static let lines = (1...5).map { "address_line_\($0)" }

    /// An address is structured or in lines.
    static let oneAddressForm = SyncdCSVArea.Rule(columns: structured + lines, emptied: lines) { row in
        let isStructured = structured.contains { !row[$0].isEmpty }
        let line = lines.first { !row[$0].isEmpty }
        guard isStructured, let line else { return nil }
        return RowFault(
            column: line,
            reason: "is filled beside saon to post_town: use the lines or the parts, not both"
        )
    }

    /// A type of address goes with an address.
    static let typedAddress = SyncdCSVArea.Rule(
        columns: ["address_type"] + SyncdCSVArea.addressParts,
        emptied: ["address_type"],
        filled: SyncdCSVArea.addressParts
    ) { row in
        guard !row["address_type"].isEmpty else { return nil }
        let parts = SyncdCSVArea.addressParts.filter { !row[$0].isEmpty }
        guard parts.isEmpty else { return nil }
        return RowFault(column: "address_type", reason: "is told without an address: add it or leave the type empty")
    }

    /// A phone that is called mobile can take texts; what cannot is told and kept.
    static func mobile(_ number: Int) -> SyncdCSVArea.Rule {
        let column = "phone_\(number)"
        let type = "\(column)_type"
        return SyncdCSVArea.Rule(columns: [type, column], emptied: [column]) { row in
            guard row[type] == "M", !row[column].isEmpty else { return nil }
            do throws(SchoolError) {
                _ = try MobileNumber(row[column])
                return nil
            } catch {
                return RowFault(
                    column: column,
                    reason: error.message + ": no text can be sent to it",
                    parks: false,
                    rule: IssueRule(error.code),
                    value: row[column]
                )
            }
        }
    }

    /// A row of SEN is a provision or a need.
    static let provisionOrNeed = SyncdCSVArea.Rule(
        columns: ["provision", "start", "end", "need_type", "need_rank"],
        emptied: []
    ) { row in
        let provision = ["provision", "start", "end"].filter { !row[$0].isEmpty }
        let need = ["need_type", "need_rank"].filter { !row[$0].isEmpty }
        if let column = provision.first, !need.isEmpty {
            return RowFault(
                column: column,
                reason: "stands beside a need: write provision and need in rows of their own"
            )
        }
        let wanted = need.isEmpty ? ["provision", "start"] : ["need_type", "need_rank"]
        return wanted.first { row[$0].isEmpty }.map {
            RowFault(column: $0, reason: "is empty: it must be filled in", rule: .valueMissing)
        }
    }

    /// The mark is of the set in force on the day of its session, and of its half.
    static let markOfItsDay = SyncdCSVArea.Rule(columns: ["date", "session", "mark"], emptied: ["date"]) { row in
        guard let date = row.date("date") else { return nil }
        do throws(SchoolError) {
            _ = try AttendanceCode(row["mark"], on: date, half: SessionHalf(rawValue: row["session"]))
            return nil
        } catch {
            let rule = IssueRule(error.code)
            return RowFault(column: "mark", reason: error.message, rule: rule, value: row["mark"])
        }
    }

    /// Minutes late go with being late.
    static let minutesWithLate = SyncdCSVArea.Rule(
        columns: ["minutes_late", "mark"],
        emptied: ["minutes_late"]
    ) { row in
        guard !row["minutes_late"].isEmpty, !["L", "U"].contains(row["mark"]) else { return nil }
        return RowFault(column: "minutes_late", reason: "is told for a mark other than L and U: leave it empty")
    }

    private static let amendment = ["former_mark", "amendment_reason", "amended_on", "amended_by", "amender_post"]

    /// An amendment tells the old code, why, when, and name and post of who amended, or it is none (rulings 28).
    static let wholeAmendment = SyncdCSVArea.Rule(columns: amendment, emptied: amendment) { row in
        guard amendment.contains(where: { !row[$0].isEmpty }) else { return nil }
        return amendment.first { row[$0].isEmpty }.map { column in
            RowFault(
                column: column,
                reason: "is empty, and the mark is an amendment: tell old mark, reason, day, name and post",
                rule: .valueMissing
            )
        }
    }

    /// A comment is a remark, not a report.
    static let commentLength = SyncdCSVArea.Rule(columns: ["comment"], emptied: ["comment"]) { row in
        guard row["comment"].count > 500 else { return nil }
        return RowFault(column: "comment", reason: "is longer than 500 characters: shorten it")
    }
}

extension TableReader {
    /// The issue of a row that breaks a rule.
    func issue(_ row: TableRow, _ fault: RowFault) -> RowIssue {
        issue(
            row,
            field: fault.column,
            reason: fault.reason,
            parks: fault.parks,
            rule: fault.rule,
            value: fault.value
        )
    }
}
