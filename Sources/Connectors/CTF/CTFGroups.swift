import School

/// The data groups of a `Pupil` element: the reverse of `CESGroups`, for both eras of the format.
struct CTFGroups {
    let pupil: CTFElement
    var values = CTFValues()

    init(_ pupil: CTFElement) { self.pupil = pupil }

    private static let identity: [(CTFNode, Field, ValueForm)] = [
        (.upn, .upn, .upn), (.uln, .uln, .uln), (.uci, .uci, .line), (.surname, .surname, .line),
        (.forename, .forename, .line), (.birthDate, .birthDate, .isoDate), (.sex, .sex, .sex),
    ]
    private static let names: [(CTFNode, Field, ValueForm)] = [
        (.formerUPN, .formerUPN, .formerUPN), (.preferredSurname, .preferredSurname, .line),
        (.preferredForename, .preferredForename, .line), (.formerSurname, .formerSurname, .line),
        (.formerForename, .formerForename, .line), (.middleNames, .middleNames, .line),
    ]
    private static let characteristics: [(CTFNode, Field, ValueForm)] = [
        (.ethnicity, .ethnicity, .capitals(4...4)), (.ethnicitySource, .ethnicitySource, .capitals(1...1)),
        (.medicalFlag, .medicalFlag, .anyBoolean),
    ]
    private static let languages: [(CTFNode, Field, ValueForm)] = [
        (.languageType, .languageType, .capitals(1...1)), (.language, .language, .line),
    ]
    private static let provisions: [(CTFNode, Field, ValueForm)] = [
        (.senProvision, .senProvision, .code(.senProvision)), (.senStart, .senStart, .isoDate),
        (.senEnd, .senEnd, .isoDate),
    ]
    private static let needs: [(CTFNode, Field, ValueForm)] = [
        (.senType, .senType, .code(.senNeed)), (.senRank, .senRank, .integer(1...99)),
    ]
    private static let instances: [(CTFNode, Field, ValueForm)] = [
        (.fsmStart, .fsmStart, .isoDate), (.fsmEnd, .fsmEnd, .isoDate),
        (.fsmCountry, .fsmCountry, .code(.ukCountry)),
    ]
    private static let care: [(CTFNode, Field, ValueForm)] = [
        (.inCare, .inCare, .anyBoolean), (.careAuthority, .careAuthority, .localAuthority),
    ]
    private static let results: [(CTFNode, Field, ValueForm)] = [
        (.locale, .assessmentLocale, .line), (.assessmentYear, .assessmentYear, .line),
        (.subject, .assessmentSubject, .line), (.method, .assessmentMethod, .line),
        (.component, .assessmentComponent, .line), (.resultStatus, .resultStatus, .line),
        (.resultQualifier, .resultQualifier, .line), (.result, .result, .line),
    ]
    private static let resultFields = Set(results.map(\.1) + [.assessmentStage])
    private static let basicFields = identity.map(\.1) + names.map(\.1) + [.noUPNReason]
    private static let characteristicFields = characteristics.map(\.1)
    private static let careFields = care.map(\.1)
    private static let languageFields: Set<Field> = [.language, .languageType]
    private static let disabilityFields: Set<Field> = [.disability]
    private static let provisionFields: Set<Field> = [.senProvision, .senStart, .senEnd]
    private static let needFields: Set<Field> = [.senType, .senRank]
    private static let fsmFields: Set<Field> = [.fsmStart, .fsmEnd, .fsmCountry, .fsmReviewDate]

    /// Names, numbers, birth date and sex.
    mutating func basicDetails(noUPNReason: String?) -> CTFDraft {
        var draft = CTFDraft(.basicDetails, Self.basicFields)
        take(Self.identity, of: pupil, at: "", into: &draft)
        take(Self.names, of: pupil.first(.basicDetails), at: "BasicDetails/", into: &draft)
        draft.add(.noUPNReason, noUPNReason)
        return draft
    }

    /// Ethnicity, languages, medical flag, disabilities.
    mutating func characteristics() -> CTFDraft {
        var draft = CTFDraft(.characteristics, Self.characteristicFields)
        let details = pupil.first(.basicDetails)
        take(Self.characteristics, of: details, at: "BasicDetails/", into: &draft)
        let languages = details?.first(.languages)?.all(.languageEntry).map { entry in
            row(
                Self.languages,
                of: entry,
                at: "BasicDetails/Languages/Type/",
                in: .characteristics
            )
        }
        let disabilities = details?.first(.disabilities)?.all(.disability).map { element in
            let place = "BasicDetails/Disabilities/Disability"
            let code = values.listed(element, .code(.disability), at: place, of: .characteristics)
            return FieldRow(code.map { [.init(.disability, $0)] } ?? [])
        }
        draft.lists = [list(Self.languageFields, languages), list(Self.disabilityFields, disabilities)]
        return draft
    }

    /// Provisions and needs.
    mutating func sen() -> CTFDraft {
        var draft = CTFDraft(.sen)
        let history = pupil.first(.senHistory)
        let provisions = history?.all(.sen).map { entry in
            row(
                Self.provisions,
                of: entry,
                at: "SENhistory/SEN/",
                in: .sen
            )
        }
        let needs = history?.first(.senNeeds)?.all(.senNeed).map { entry in
            row(
                Self.needs,
                of: entry,
                at: "SENhistory/SENneeds/SENneed/",
                in: .sen
            )
        }
        draft.lists = [list(Self.provisionFields, provisions), list(Self.needFields, needs)]
        return draft
    }

    /// Instances, and the date of the review on the last of them.
    mutating func fsm() -> CTFDraft {
        var draft = CTFDraft(.fsm)
        let history = pupil.first(.fsmHistory)
        var instances = history?.all(.fsmInstance).map { entry in
            row(
                Self.instances,
                of: entry,
                at: "FSMhistory/FSMinstance/",
                in: .fsm
            )
        }
        let place = "FSMhistory/FSMreviewDate"
        if let review = values.listed(history?.first(.fsmReviewDate), .isoDate, at: place, of: .fsm) {
            var rows = instances ?? []
            if rows.isEmpty { rows.append(FieldRow()) }
            rows[rows.count - 1][.fsmReviewDate] = review
            instances = rows
        }
        draft.lists = [list(Self.fsmFields, instances)]
        return draft
    }

    /// Whether the child is in care, and whose.
    mutating func lookedAfter() -> CTFDraft {
        var draft = CTFDraft(.lookedAfter, Self.careFields)
        take(
            Self.care,
            of: pupil.first(.lookedAfter),
            at: "LookedAfter/",
            into: &draft
        )
        // A child who is no longer in care has no authority that cares.
        if draft.single.contains(.init(.inCare, "false")) { draft.singleFields.removeAll { $0 == .careAuthority } }
        return draft
    }

    /// Results of assessments, of all stages.
    mutating func attainment() -> CTFDraft {
        var draft = CTFDraft(.attainment)
        let place = "StageAssessments/KeyStage/"
        var rows: [FieldRow]?
        for stage in pupil.first(.stageAssessments)?.all(.keyStage) ?? [] {
            let name = values.listed(stage.first(.stage), .line, at: place + "Stage", of: .attainment)
            for result in stage.all(.stageAssessment) {
                var told = row(Self.results, of: result, at: place + "StageAssessment/", in: .attainment)
                told[.assessmentStage] = name
                rows = (rows ?? []) + [told]
            }
        }
        draft.lists = [list(Self.resultFields, rows)]
        return draft
    }

    /// The pupil's address, phones and e-mail.
    mutating func address() -> CTFDraft {
        var draft = CTFDraft(.address)
        draft.lists = CTFAddress.lists(of: pupil, at: "", in: .address, &values)
        return draft
    }

    private mutating func take(
        _ table: [(CTFNode, Field, ValueForm)],
        of element: CTFElement?,
        at place: String,
        into draft: inout CTFDraft
    ) {
        for (node, field, form) in table {
            var isFaulty = false
            draft.add(field, values.value(element?.first(node), form, at: place + node.name, isFaulty: &isFaulty))
            if isFaulty { draft.faulty.insert(field) }
        }
    }

    private mutating func row(
        _ table: [(CTFNode, Field, ValueForm)],
        of element: CTFElement,
        at place: String,
        in group: DataGroup
    ) -> FieldRow {
        FieldRow(
            table.compactMap { node, field, form in
                values.listed(element.first(node), form, at: place + node.name, of: group).map { .init(field, $0) }
            }
        )
    }

    /// Rows that say anything; a list of which nothing is left was not sent.
    private func list(_ fields: Set<Field>, _ rows: [FieldRow]?) -> CTFDraft.List {
        let rows = rows?.filter { !$0.isEmpty }
        return CTFDraft.List(fields: fields, rows: rows?.isEmpty == true ? nil : rows)
    }
}
