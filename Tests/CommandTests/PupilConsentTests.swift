import Foundation
import Testing

/// Permissions of parents and pupils from the command line.
@Suite struct PupilConsentTests {
    /// A link of the made-up schools with, or without, parental responsibility.
    private func link(responsible: Bool) throws -> (pupil: String, contact: String) {
        let days = try SampleSchools.shared.get()
        let rows = try String(contentsOfFile: days.folder(1) + "/pupil-contacts.csv", encoding: .utf8)
            .split(whereSeparator: \.isNewline).map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
        let columns = try #require(rows.first)
        func place(_ name: String) throws -> Int { try #require(columns.firstIndex(of: name)) }
        let (pupil, contact) = (try place("pupil_key"), try place("contact_key"))
        let (right, order) = (try place("parental_responsibility"), try place("court_order"))
        let found = rows.dropFirst().first { row in
            row[right] == String(responsible) && row[order] != "true"
        }
        let row = try #require(found)
        return (row[pupil], row[contact])
    }

    @Test(
        "S3-63: a permission is taken from who has parental responsibility, refused from who has not, and shown with a reason"
    )
    func consent() throws {
        let store = try TestStore()
        try store.importDay(1)
        let parent = try link(responsible: true)
        let given = try store.object(
            "pupil",
            "consent",
            parent.pupil,
            "photo",
            "--given",
            "--by",
            parent.contact,
            "--wording",
            "photos 2025"
        )
        #expect(given["standing"] as? String == "allowed")
        let other = try link(responsible: false)
        #expect(
            try store.refusal(
                "pupil",
                "consent",
                other.pupil,
                "photo",
                "--given",
                "--by",
                other.contact,
                "--wording",
                "photos 2025"
            ) == "noResponsibility"
        )
        try store.succeed(
            "pupil",
            "consent",
            parent.pupil,
            "photo",
            "--withdrawn",
            "--by",
            parent.contact,
            "--wording",
            "photos 2025"
        )
        let shown = try store.object("pupil", "consents", parent.pupil, "--reason", "test")
        let photo = try #require(shown["photo"] as? [String: Any])
        #expect(photo["standing"] as? String == "not_given")
        #expect((photo["said"] as? [[String: Any]])?.first?["wording"] as? String == "photos 2025")
        // Closed, the log says that something was permitted or not, and neither what nor by whom.
        let events = try store.events("--type", "PupilConsentRecorded")
        #expect(events.count == 2)
        #expect(!events.description.contains("photo") && !events.description.contains(parent.contact))
    }
}
