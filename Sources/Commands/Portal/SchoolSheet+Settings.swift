import Access
import Identifiers
import Portal
import Projections
import School

extension SchoolSheet {
    /// The settings of a school as its page shows them.
    ///
    /// - Throws: what reading throws.
    init(_ view: SettingsView, hasOthers: Bool, in session: Session) throws {
        self.init(of: SchoolName(view.base))
        who = session.principal?.name ?? ""
        self.hasOthers = hasOthers
        mis = view.mis?.words ?? "not recorded"
        licenceKey = LicenceKey(of: view.base.id).description
        phase = view.onboarding.words
        agent =
            view.agent.map { "installed \(LondonTime.text($0.installed)), version \($0.version)" } ?? "none installed"
        listVersion = view.listVersion
        canAccept = view.canAccept
        canAppoint = session.may("user proxy", at: view.base.id)
        let recipients = try session.state.read { try $0.recipients() }
        let names = Dictionary(recipients.map { ($0.id, $0.name) }) { first, _ in first }
        let counts = try session.state.read { try GroupCounts(of: view.base.id, in: $0) }
        reports = view.offers.map { offer in
            let sending = view.schedules.map(\.task).filter { $0.report == offer.report.name }
            return ReportLine(offer, to: Set(sending.compactMap { names[$0.recipient] }).sorted(), counts)
        }
        tasks = view.schedules.map { task, state in
            TaskLine(name: task.name, report: Self.title(task.report), state: state.portalWords)
        }
        uploads = view.uploads.map { run, report in
            Upload(
                time: LondonTime.text(run.started),
                report: Self.title(report),
                file: run.file.orDash,
                result: run.state.words
            )
        }
    }

    /// A report's name in words.
    static func title(_ name: String) -> String {
        let words = name.replacing("-", with: " ")
        return words.first.map { $0.uppercased() + words.dropFirst() } ?? words
    }
}

extension SchoolSheet.ReportLine {
    /// A report of the catalogue for a school.
    init(_ offer: ReportOffer, to recipients: [String], _ counts: GroupCounts) {
        self.init()
        let report = offer.report
        name = report.name
        title = SchoolSheet.title(report.name)
        version = report.version
        state = offer.words
        isAccepted = offer.state == .accepted
        isOpen = offer.state == .available || offer.isReviewDue
        purpose = report.purpose
        lawfulBasis = report.lawfulBasis
        role = report.role.sentence
        self.recipients =
            recipients.isEmpty ? "nobody yet: no task sends this report" : recipients.joined(separator: ", ")
        agreements = report.agreements
        retention = report.retention
        duty = report.statutoryDuty
        pupils =
            "of \(Counts.of(counts.pupils, "pupil")) the fields below, and later what changes in them"
        groups = report.grants.map { grant in
            Group(
                name: grant.group.spacedName,
                fields: grant.names.map(\.spacedWords).joined(separator: ", "),
                pupils: counts.of(grant.group).map { Counts.grouped($0) } ?? "with the others"
            )
        }
    }
}

extension Report.RecipientRole {
    /// What it means, in plain words.
    fileprivate var sentence: String {
        switch self {
        case .processor: "processor: acts for the school, on its instructions"
        case .controller: "controller: decides by itself what the data is used for, within the law"
        case .joint: "joint controller: decides together with the school"
        }
    }
}

extension ScheduleState {
    /// The state in words.
    fileprivate var portalWords: String {
        switch self {
        case .inactive: "switched off"
        case .waitingForMigration: "waits until the school is on SIMS Primary"
        case .active: "runs at its times"
        case .disabledPendingConsent: "disabled until the report is accepted"
        }
    }
}

extension DataGroup {
    /// The name in words.
    fileprivate var spacedName: String {
        let words = name.spacedWords
        return words.first.map { $0.uppercased() + words.dropFirst() } ?? words
    }
}

extension String {
    /// A name such as `formerSurname` in words; what is written in capitals, such as UPN, stays so.
    fileprivate var spacedWords: String {
        var words = ""
        for letter in self {
            if letter.isUppercase, let last = words.last, last.isLowercase {
                words += " " + letter.lowercased()
            } else {
                words.append(letter)
            }
        }
        let capitals: Set<String> = ["upn", "uln", "uci", "uprn"]
        return words.split(separator: " ").map { capitals.contains($0.lowercased()) ? $0.uppercased() : String($0) }
            .joined(separator: " ")
    }
}
