import Mustache

/// The pages, made from their templates: what is put in is escaped, always.
struct Pages: Sendable {
    private let library: MustacheLibrary

    /// Reads the templates.
    ///
    /// - Throws: when one is wrong, which the tests find.
    init() throws {
        var library = MustacheLibrary()
        let all = [
            "frame": Templates.frame, "login": Templates.login, "code": Templates.code, "first": Templates.first,
            "enrolled": Templates.enrolled, "message": Templates.message, "schools": SchoolTemplates.schools,
            "school": SchoolTemplates.school, "confirm": SchoolTemplates.confirm,
            "fields": SchoolTemplates.fields, "proxy": ProxyTemplate.proxy,
        ]
        for (name, text) in all { try library.register(text, named: name) }
        self.library = library
    }

    /// Name and password, the second step, or the first time: pages with a form and perhaps a sentence about the last try.
    func form(_ name: String, _ title: String, formKey: String, sentence: String? = nil) -> String {
        render(name, ["title": title, "formKey": formKey, "sentence": sentence as Any])
    }

    /// The password is set.
    func enrolled(secret: String?, address: String?) -> String {
        // In groups of four, as people copy it.
        let grouped = secret.map { secret in
            stride(from: 0, to: secret.count, by: 4).map { String(secret.dropFirst($0).prefix(4)) }
                .joined(separator: " ")
        }
        let code = address.flatMap { QRCode($0) }
        return render(
            "enrolled",
            [
                "title": "Your password is set", "secret": grouped as Any, "address": address as Any,
                "path": code?.path as Any, "size": code.map { $0.side + 2 * QRCode.margin } as Any,
            ]
        )
    }

    /// A refusal, or what was done.
    func message(
        _ title: String,
        _ sentences: [String],
        isWrong: Bool,
        back: String = "/",
        backWords: String = "Back to the first page",
        who: String? = nil,
        formKey: String? = nil
    ) -> String {
        render(
            "message",
            [
                "title": title, "sentences": sentences, "isWrong": isWrong, "back": back, "backWords": backWords,
                "who": who as Any, "formKey": formKey as Any,
            ]
        )
    }

    /// Which school.
    func schools(_ list: SchoolList, formKey: String) -> String {
        render(
            "schools",
            ["title": "Your schools", "schools": list.schools, "who": list.who, "formKey": formKey]
        )
    }

    /// One school.
    func school(_ sheet: SchoolSheet, formKey: String) -> String {
        render(
            "school",
            [
                "title": sheet.school.name, "sheet": sheet, "hasUploads": !sheet.uploads.isEmpty, "who": sheet.who,
                "formKey": formKey,
            ]
        )
    }

    /// The question before a decision.
    func confirm(_ question: Question, _ sheet: SchoolSheet, formKey: String, sentence: String?) -> String {
        render(
            "confirm",
            [
                "title": question.title, "school": sheet.school, "reports": question.reports(of: sheet),
                "follows": question.follows, "action": question.action(at: sheet.school), "list": question.list,
                "button": question.button, "who": sheet.who, "formKey": formKey, "sentence": sentence as Any,
            ]
        )
    }

    /// Who stands in for the head.
    func proxies(_ sheet: ProxySheet, formKey: String, sentence: String?) -> String {
        render(
            "proxy",
            [
                "title": "Who stands in for you", "sheet": sheet, "hasProxies": !sheet.proxies.isEmpty,
                "hasCandidates": !sheet.candidates.isEmpty, "who": sheet.who, "formKey": formKey,
                "sentence": sentence as Any,
            ]
        )
    }

    private func render(_ name: String, _ content: [String: Any]) -> String {
        // An absent value is no value: a key with nil behind it would be shown as one.
        let present = content.filter { !Self.isNil($0.value) }
        return library.render(present, withTemplate: name) ?? ""
    }

    private static func isNil(_ value: Any) -> Bool {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional && mirror.children.isEmpty
    }
}
