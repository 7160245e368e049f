import Foundation
import Testing

/// What people read, word for word: a change to it is a change that somebody has looked at.
///
/// To take the present output for right, run with SYNCD_GOLDEN=write and read the difference in version control.
@Suite(.serialized) struct GoldenTests {
    /// The commands of one school's first days, in order; each writes into the page that is named first.
    static let story: [(page: String, command: String)] = [
        ("init", "init"),
        ("init", "init"),
        ("init", "status"),
        ("import", "import --format syncd-csv --full DAYS/day-01"),
        ("import", "import --format syncd-csv --full --register --dry-run DAYS/day-01"),
        ("import", "import --format syncd-csv --full --register DAYS/day-01"),
        ("import", "import --format syncd-csv --full DAYS/day-01"),
        ("base", "base list"),
        ("base", "base show 0012001"),
        ("base", "base config 0012001 --laestab 0012001"),
        ("base", "base config 0012001 --laestab 12"),
        ("base", "base add 0012001"),
        ("recipient", "recipient list"),
        ("recipient", "recipient add Council --party 820 --folder OUT"),
        ("recipient", "recipient list"),
        ("recipient", "recipient show Council"),
        ("task", "task create nightly --base 0012001 --to Council"),
        ("task", "task list"),
        ("task", "task run nightly"),
        ("consent", "consent reports --base 0012001"),
        ("consent", "consent accept pupil-core --base 0012001"),
        ("consent", "consent accept pupil-core --base 0012001"),
        ("consent", "consent history --base 0012001"),
        ("task", "task run nightly --preview"),
        ("task", "task run nightly"),
        ("import", "import --format syncd-csv --full DAYS/day-02"),
        ("task", "task run nightly"),
        ("task", "task run nightly"),
        ("task", "task show nightly"),
        ("task", "task log nightly"),
        ("replay", "replay --from 1 --to 14"),
        ("replay", "replay --type TransferCompleted"),
        ("replay", "replay --from 4 --to 7 --open --reason Golden"),
        ("people", "pupil find amoah --base 0012001 --reason Golden"),
        ("people", "pupil show P-001-00001 --reason Golden"),
        ("people", "history P-001-00001 --reason Golden"),
        ("audit", "history P-001-00001 --disclosures --reason Golden"),
        ("audit", "audit disclosures"),
        ("audit", "audit run RUN"),
        ("audit", "audit access"),
        ("audit", "audit access --subject P-001-00001 --open --reason Golden"),
        ("audit", "audit bundle P-001-00001 OUT/sar --for subject --reason Golden"),
        ("status", "projections verify"),
        ("status", "status"),
        ("undo", "import list"),
        ("undo", "import undo 1 --yes"),
        ("undo", "import undo DAY2"),
        ("undo", "import undo DAY2 --dry-run"),
        ("undo", "import undo DAY2 --yes"),
        ("undo", "import undo DAY2 --yes"),
        ("undo", "import list"),
        ("undo", "issues list"),
        ("changes", "changes --base 0012001 --class basicDetails --limit 3"),
        ("changes", "changes --limit 2 --open --reason Golden"),
        ("changes", "changes --since rubbish"),
        ("changes", "base show 0012001 --as-of 100 --effective 01/10/2025"),
        ("changes", "base list --as-of 100"),
        ("changes", "pupil show P-001-00001 --as-of 200 --effective 01/10/2025 --reason Golden"),
        ("changes", "pupil show P-001-00001 --as-of 1 --reason Golden"),
        ("changes", "task list --as-of 100"),
        ("changes", "base show 0012001 --as-of 01/01/2001"),
    ]

    @Test("the output for people is what somebody has read and found good")
    func pages() throws {
        let store = try TestStore(initialised: false)
        let days = try SampleSchools.shared.get()
        var pages: [String: String] = [:]
        for step in Self.story {
            let runs = step.command.contains("DAY2") ? try store.objects("import", "list") : []
            let sent = step.command.contains("RUN") ? try store.objects("audit", "disclosures") : []
            let run = (sent.first?["run"] as? Int).map(String.init) ?? ""
            let day2 = (runs.last?["run"] as? Int).map(String.init) ?? ""
            let words = step.command.split(separator: " ").map {
                $0.replacingOccurrences(of: "DAYS", with: days.scratch.path("days"))
                    .replacingOccurrences(of: "OUT", with: store.outbox)
                    .replacingOccurrences(of: "DAY2", with: day2).replacingOccurrences(of: "RUN", with: run)
            }
            let outcome = try store.run(words)
            var text = "$ syncd \(step.command)\n" + outcome.output
            text += outcome.errors.split(separator: "\n").map { "! \($0)\n" }.joined()
            if outcome.code != 0 { text += "exit \(outcome.code)\n" }
            pages[step.page, default: ""] += Self.normalised(text, store, days) + "\n"
        }
        for (page, text) in pages.sorted(by: { $0.key < $1.key }) {
            let file = Self.folder.appendingPathComponent(page + ".txt")
            if ProcessInfo.processInfo.environment["SYNCD_GOLDEN"] == "write" {
                try Data(text.utf8).write(to: file)
            }
            let golden = try String(contentsOf: file, encoding: .utf8)
            #expect(text == golden, "\(page).txt differs at line \(Self.firstDifference(text, golden))")
        }
    }

    private static var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    }

    /// The text without what differs from run to run: ids, times, folders, and the widths that follow from them.
    private static func normalised(_ text: String, _ store: TestStore, _ days: SampleSchools.Days) -> String {
        var text = text.replacingOccurrences(of: store.scratch.root, with: "FOLDER")
        text = text.replacingOccurrences(of: days.scratch.root, with: "FOLDER")
        text = text.replacing(/\b[0-9a-f]{32}\b/, with: "ID")
        text = text.replacing(/--since [A-Za-z0-9_-]{40,}/, with: "--since CURSOR")
        text = text.replacing(/, by \S+(?=, import|, undo|\n)/, with: ", by ACCOUNT")
        text = text.replacing(/syncd-audit\/\S+/, with: "KEY")
        text = text.replacing(/\d+\.\d KiB/, with: "N KiB")
        text = text.replacing(/looked at by \S+ with/, with: "looked at by ACCOUNT with")
        text = text.replacing(/\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d/, with: "DD/MM/YYYY HH:MM:SS")
        // Whoever runs the tests has looked.
        text = text.replacing(/Who +Command/, with: "Who  Command")
        return text.replacing(/(HH:MM:SS  )\S+ +(pupil|history)/) { "\($0.output.1)WHO  \($0.output.2)" }
    }

    private static func firstDifference(_ text: String, _ golden: String) -> Int {
        let ours = text.components(separatedBy: "\n")
        let theirs = golden.components(separatedBy: "\n")
        return 1 + (zip(ours, theirs).enumerated().first { $1.0 != $1.1 }?.offset ?? min(ours.count, theirs.count))
    }
}
