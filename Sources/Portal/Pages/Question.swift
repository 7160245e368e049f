/// What is asked before a decision is taken, with what follows from it.
struct Question: Sendable {
    /// What is to be decided.
    enum Kind: Sendable {
        case accept
        case withdraw
    }

    /// Which.
    let kind: Kind
    /// The reports that were chosen.
    let names: [String]
    /// The version of the list that was looked at.
    let list: String

    var title: String { kind == .accept ? "Accept these reports?" : "Withdraw this report?" }

    var button: String { kind == .accept ? "Accept" : "Withdraw" }

    func action(at school: SchoolName) -> String {
        "/schools/\(school.id)/\(kind == .accept ? "accept" : "withdraw")"
    }

    /// What was chosen, as far as it can be decided; what stops no duty is told when withdrawing alone.
    func reports(of sheet: SchoolSheet) -> [SchoolSheet.ReportLine] {
        sheet.reports.filter { report in
            names.contains(report.name) && (kind == .accept ? report.isOpen : report.isAccepted)
        }.map { report in
            var report = report
            if kind == .accept { report.duty = nil }
            return report
        }
    }

    /// What follows, a sentence each (rulings 7 and 8).
    var follows: [String] {
        switch kind {
        case .accept:
            [
                "From now on the fields of these reports may leave the school by the tasks that send them. Today they go to the recipients named here.",
                "Tasks that waited for this begin to run at their times.",
                "That you accepted, as what, when, and which list you looked at is written down for good.",
                "You can withdraw at any time.",
            ]
        case .withdraw:
            [
                "No more data leaves under this report: not by tasks that run later, and not by files that wait for delivery.",
                "The recipient is told that sharing has ended. That deletes nothing there.",
                "That you withdrew, and when, is written down for good.",
                "You can accept the report again.",
            ]
        }
    }
}
