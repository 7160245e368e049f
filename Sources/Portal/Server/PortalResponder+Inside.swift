import Access
import Hummingbird

/// Pages for whoever is logged in; the desk asks the table of roles each time.
extension PortalResponder {
    func answerInside(_ route: Route, _ visit: Visit) throws -> Response {
        switch route {
        case .logout:
            try desk.end(for: visit.visitor)
            return Self.leading(to: "/login", [cookie.removing(cookie.session)])
        case .schools: return try schools(visit)
        case .school:
            return Self.html(pages.school(try desk.sheet(of: visit.school, for: visit.visitor), formKey: visit.formKey))
        case .acceptPage: return try ask(.accept, visit)
        case .withdrawPage: return try ask(.withdraw, visit)
        case .proxyPage: return try proxies(visit)
        case .proxy: return try decideProxy(visit)
        case .accept: return try decide(.accept, visit)
        case .withdraw: return try decide(.withdraw, visit)
        default: throw Refusal.notFound
        }
    }

    /// Somebody of one school is led there at once.
    private func schools(_ visit: Visit) throws -> Response {
        let list = try desk.schools(for: visit.visitor)
        if let only = list.schools.first, list.schools.count == 1 { return Self.leading(to: "/schools/\(only.id)") }
        return Self.html(pages.schools(list, formKey: visit.formKey))
    }

    private func question(_ kind: Question.Kind, _ visit: Visit) -> Question {
        Question(kind: kind, names: visit.form.report ?? [], list: visit.form.list ?? "")
    }

    /// The page before a decision; nothing is changed by it.
    private func ask(_ kind: Question.Kind, _ visit: Visit, after error: Refusal? = nil) throws -> Response {
        let question = question(kind, visit)
        let sheet = try desk.sheet(of: visit.school, for: visit.visitor)
        guard !question.reports(of: sheet).isEmpty else {
            let sentence =
                kind == .accept
                ? "Tick at least one report that can be accepted, then choose Accept." : "This report is not accepted."
            return told("Nothing was chosen", [sentence], sheet, visit, isWrong: true)
        }
        let text = pages.confirm(question, sheet, formKey: visit.formKey, sentence: error?.sentence)
        return Self.html(text, error?.status ?? .ok)
    }

    private func decide(_ kind: Question.Kind, _ visit: Visit) throws -> Response {
        let names = visit.form.report ?? []
        let password = visit.form.password ?? ""
        let decision: HeadsDecision
        switch kind {
        case .accept: decision = .accept(names, reviewed: visit.form.list ?? "", password: password)
        case .withdraw:
            guard let name = names.first, names.count == 1 else { throw Refusal.notFound }
            decision = .withdraw(name, password: password)
        }
        do {
            let sentences = try desk.decide(decision, at: visit.school, for: visit.visitor)
            var looking = visit.visitor
            looking.command = Route.school.command ?? ""
            let sheet = try desk.sheet(of: visit.school, for: looking)
            return told(kind == .accept ? "Accepted" : "Withdrawn", sentences, sheet, visit, isWrong: false)
        } catch let refusal as Refusal where refusal.kind == .wrong || refusal.kind == .tooMany {
            return try ask(kind, visit, after: refusal)
        }
    }

    /// Who stands in for the head.
    private func proxies(_ visit: Visit, after error: Refusal? = nil) throws -> Response {
        let sheet = try desk.proxies(of: visit.school, for: visit.visitor)
        let text = pages.proxies(sheet, formKey: visit.formKey, sentence: error?.sentence)
        return Self.html(text, error?.status ?? .ok)
    }

    private func decideProxy(_ visit: Visit) throws -> Response {
        let name = visit.form.name ?? ""
        let decision: ProxyDecision = visit.form.act == "remove" ? .remove(name) : .appoint(name)
        do {
            let sentences = try desk.decide(
                decision,
                password: visit.form.password ?? "",
                at: visit.school,
                for: visit.visitor
            )
            let sheet = try desk.proxies(of: visit.school, for: visit.visitor)
            let text = pages.message(
                "Who stands in for you",
                sentences,
                isWrong: false,
                back: "/schools/\(sheet.school.id)/proxy",
                backWords: "Who stands in for you",
                who: sheet.who,
                formKey: visit.formKey
            )
            return Self.html(text)
        } catch let refusal as Refusal where refusal.kind == .wrong || refusal.kind == .tooMany {
            return try proxies(visit, after: refusal)
        }
    }

    private func told(
        _ title: String,
        _ sentences: [String],
        _ sheet: SchoolSheet,
        _ visit: Visit,
        isWrong: Bool
    ) -> Response {
        let text = pages.message(
            title,
            sentences,
            isWrong: isWrong,
            back: "/schools/\(sheet.school.id)",
            backWords: "Back to \(sheet.school.name)",
            who: sheet.who,
            formKey: visit.formKey
        )
        return Self.html(text, isWrong ? .unprocessableContent : .ok)
    }
}
