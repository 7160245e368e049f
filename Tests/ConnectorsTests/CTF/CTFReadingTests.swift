import Connectors
import Foundation
import School
import Testing

/// What a file of another system says, and what it leaves as it was.
@Suite struct CTFReadingTests {
    @Test("a file of the CTF 12 era is read: Gender, DataQualifier, every group that has a place")
    func olderNames() throws {
        let more = """
            <UniqueLearnerNumber>1000000000</UniqueLearnerNumber>
            <BasicDetails><FormerUPN>X00180001701A</FormerUPN><MiddleNames> Chidi </MiddleNames>
              <NCyearActual>4</NCyearActual><Ethnicity>BAFR</Ethnicity>
              <Languages><Type><LanguageType>F</LanguageType><LanguageCode>ENG</LanguageCode></Type></Languages>
              <MedicalFlag>false</MedicalFlag><Disabilities><Disability>HEAR</Disability></Disabilities>
              <EnrolStatus>C</EnrolStatus></BasicDetails>
            <FSMhistory><FSMreviewDate>2024-06-01</FSMreviewDate>
              <FSMinstance><FSMstartDate>2023-09-01</FSMstartDate><UKcountry>ENG</UKcountry></FSMinstance></FSMhistory>
            <NAWdetails><Unknown>x</Unknown></NAWdetails>
            <LookedAfter><InCare>true</InCare><CareAuthority>820</CareAuthority></LookedAfter>
            <SENhistory><SEN><StartDate>2024-01-08</StartDate><SENprovision>K</SENprovision></SEN>
              <SENneeds><SENneed><SENtype>SLCN</SENtype><SENtypeRank>1</SENtypeRank></SENneed></SENneeds></SENhistory>
            <Address><AddressLines><AddressLine1>2 Old Quay</AddressLine1></AddressLines><PostCode>ZZ1 1AA</PostCode>
              <Zip>Saltmarsh</Zip></Address>
            <Phones><Phone><PhoneNo>07700 900310</PhoneNo></Phone></Phones><Email>i.abara@example.org</Email>
            <SchoolHistory>
              <School><LEA>820</LEA><Estab>1079</Estab><EntryDate>2024-09-03</EntryDate></School>
              <School><LEA>820</LEA><Estab>2001</Estab><EntryDate>2021-09-03</EntryDate></School>
              <School><LEA>820</LEA><Estab>1079</Estab><EntryDate>2022-09-01</EntryDate>
                <LeavingDate>2023-07-21</LeavingDate></School></SchoolHistory>
            """
        let read = try CTFFixture().read(CTFFixture.document(CTFFixture.pupil(more)))
        #expect(read.issues.isEmpty, "\(read.issues)")
        let pupil = try #require(read.record(.pupil, "L001107921412"))
        #expect(pupil.base == "8201079")
        #expect(
            pupil.rows(.basicDetails) == [
                [
                    "upn=L001107921412", "uln=1000000000", "formerUPN=X00180001701A", "surname=Abara",
                    "forename=Ikenna", "middleNames=Chidi", "birthDate=2017-03-14", "sex=M",
                ]
            ]
        )
        #expect(
            pupil.rows(.registration) == [
                ["entryDate=2022-09-01", "leavingDate=2023-07-21"],
                ["enrolmentStatus=C", "yearGroup=4", "entryDate=2024-09-03"],
            ]
        )
        #expect(
            pupil.rows(.characteristics) == [
                ["ethnicity=BAFR", "medicalFlag=false"], ["languageType=F", "language=ENG"], ["disability=HEAR"],
            ]
        )
        #expect(pupil.rows(.fsm) == [["fsmStart=2023-09-01", "fsmCountry=ENG", "fsmReviewDate=2024-06-01"]])
        #expect(pupil.rows(.lookedAfter) == [["inCare=true", "careAuthority=820"]])
        #expect(pupil.rows(.sen) == [["senProvision=K", "senStart=2024-01-08"], ["senType=SLCN", "senRank=1"]])
        #expect(
            pupil.rows(.address) == [
                ["postcode=ZZ1 1AA", "addressLine1=2 Old Quay"], ["phoneType=H", "phone=07700 900310"],
                ["email=i.abara@example.org"],
            ]
        )
    }

    @Test("contacts are people of one pupil, known by name and relationship")
    func contacts() throws {
        let contact = { (order: Int, forename: String, more: String) in
            """
            <Contact><Order>\(order)</Order><Surname>Abara</Surname><Forename>\(forename)</Forename>
            <Gender>F</Gender><Relationship>PAM</Relationship><Responsibility>true</Responsibility>\(more)</Contact>
            """
        }
        let home = "<Address><AddressAsPupil>true</AddressAsPupil></Address>"
        let list = contact(2, "Temperance", home) + contact(1, "Ruth", "") + contact(3, "Ruth", "")
        let read = try CTFFixture().read(CTFFixture.document(CTFFixture.pupil("<Contacts>\(list)</Contacts>")))
        #expect(read.issues.isEmpty)
        let keys = ["Temperance|PAM", "Ruth|PAM", "Ruth|PAM|2"].map { "L001107921412|Abara|" + $0 }
        #expect(read.records(.contact).map(\.key) == keys)
        let pupil = try #require(read.records(.pupil).first)
        #expect(
            pupil.rows(.contacts)?.first == [
                "addressAsPupil=true", "contactKey=\(keys[0])", "contactOrder=2", "relationship=PAM",
                "parentalResponsibility=true",
            ]
        )
        let order = read.records.map(\.kind)
        #expect(order == [.contact, .contact, .contact, .pupil])
    }

    @Test("an element that is absent or empty was not sent: what is known stays, value by value and list by list")
    func absent() throws {
        let known = MadeUpPupils()
        let full = """
            <BasicDetails><MiddleNames>Chidi</MiddleNames><NCyearActual>4</NCyearActual><Ethnicity>BAFR</Ethnicity>
              <Languages><Type><LanguageCode>ENG</LanguageCode></Type></Languages>
              <Disabilities><Disability>HEAR</Disability></Disabilities><EnrolStatus>C</EnrolStatus></BasicDetails>
            <Address><PostCode>ZZ1 1AA</PostCode></Address>
            <Phones><Phone><PhoneNo>07700 900310</PhoneNo></Phone></Phones>
            <Contacts><Contact><Order>1</Order><Surname>Abara</Surname><Forename>Ruth</Forename>
              <Relationship>PAM</Relationship><Email>r.abara@example.org</Email></Contact></Contacts>
            <SchoolHistory><School><LEA>820</LEA><Estab>1079</Estab><EntryDate>2024-09-03</EntryDate></School></SchoolHistory>
            """
        let fixture = try CTFFixture()
        known.take(try fixture.read(CTFFixture.document(CTFFixture.pupil(full))))
        let before = (known.pupils, known.contacts)

        let nothing = try fixture.read(
            CTFFixture.document(CTFFixture.pupil("<Contacts/><Phones></Phones>")),
            known: known
        )
        known.take(nothing)
        #expect(known.pupils == before.0)
        #expect(nothing.departures.isEmpty)

        let part = """
            <BasicDetails><MiddleNames/><NCyearActual>5</NCyearActual>
              <Languages><Type><LanguageCode>FRN</LanguageCode></Type></Languages></BasicDetails>
            <Email>i.abara@example.org</Email>
            <Contacts><Contact><Order>1</Order><Surname>Abara</Surname><Forename>Ruth</Forename>
              <Relationship>PAM</Relationship><Title>Dr</Title></Contact></Contacts>
            """
        known.take(try fixture.read(CTFFixture.document(CTFFixture.pupil(part)), known: known))
        let pupil = try #require(known.pupils["L001107921412"])
        #expect(pupil[.basicDetails] == before.0["L001107921412"]?[.basicDetails])
        #expect(pupil[.registration]?.rows.map { $0[.yearGroup] } == ["5"])
        #expect(pupil[.registration]?.rows.map { $0[.enrolmentStatus] } == ["C"])
        #expect(pupil[.registration]?.rows.map { $0[.entryDate] } == ["2024-09-03"])
        #expect(pupil[.characteristics]?.rows.compactMap { $0[.language] } == ["FRN"])
        #expect(pupil[.characteristics]?.rows.compactMap { $0[.disability] } == ["HEAR"])
        #expect(pupil[.characteristics]?.rows.first?[.ethnicity] == "BAFR")
        #expect(pupil[.address]?.rows.count == 3)
        let contact = try #require(known.contacts["L001107921412|Abara|Ruth|PAM"]?[.contactDetails])
        #expect(contact.rows.first?[.title] == "Dr")
        #expect(contact.rows.contains { $0[.email] == "r.abara@example.org" })
    }

    @Test("a contact whom the list has no more is gone; the others stay")
    func contactGone() throws {
        let known = MadeUpPupils()
        let fixture = try CTFFixture()
        func contacts(_ names: String...) -> String {
            let list = names.map { "<Contact><Surname>Abara</Surname><Forename>\($0)</Forename></Contact>" }
            return CTFFixture.document(CTFFixture.pupil("<Contacts>\(list.joined())</Contacts>"))
        }
        known.take(try fixture.read(contacts("Ruth", "Temperance")))
        let read = try fixture.read(contacts("Ruth"), known: known)
        #expect(read.departures.map(\.key) == ["L001107921412|Abara|Temperance|"])
        #expect(read.departures.map(\.departure) == [.absent])
    }

    @Test(
        "rulings 6: never by UPN alone; a corrected or temporary UPN is the same pupil; a stranger with a known UPN waits"
    )
    func matching() throws {
        let known = MadeUpPupils()
        let fixture = try CTFFixture()
        known.take(try fixture.read(CTFFixture.document(CTFFixture.pupil(upn: "<UPN>X00180001701A</UPN>"))))
        let key = "X00180001701A"
        let replaced = CTFFixture.pupil("<BasicDetails><FormerUPN>X00180001701A</FormerUPN></BasicDetails>")
        #expect(try fixture.read(CTFFixture.document(replaced), known: known).records(.pupil).map(\.key) == [key])
        // Without the former number all four are asked.
        let unsaid = CTFFixture.document(CTFFixture.pupil())
        known.take(try fixture.read(unsaid, known: known))
        #expect(known.pupils.keys.sorted() == [key])
        #expect(known.identity(ofKey: key)?.upn == "L001107921412")
        // A new surname: three of the four agree.
        let married = unsaid.replacingOccurrences(of: "Abara", with: "Okafor")
        #expect(try fixture.read(married, known: known).records(.pupil).map(\.key) == [key])
        let stranger = unsaid.replacingOccurrences(of: "Abara", with: "Vance")
            .replacingOccurrences(of: "Ikenna", with: "Cora")
        let waiting = try fixture.read(stranger, known: known)
        #expect(waiting.records.isEmpty)
        #expect(waiting.parked.map(\.field) == ["Pupil[1]"])
        #expect(waiting.parked.allSatisfy { !$0.reason.contains("Vance") && !$0.reason.contains("L001") })
        let nameless = CTFFixture.document("<Pupil><UPN>L001107921412</UPN><Surname>Vance</Surname></Pupil>")
        #expect(try fixture.read(nameless).parked.count == 1)
    }

    @Test(
        "invariant 9: a bad value is left out, a group with a bad part waits, an element that stands twice parks its pupil"
    )
    func faults() throws {
        let bad = """
            <BasicDetails><Ethnicity>nobody knows</Ethnicity><MedicalFlag>true</MedicalFlag></BasicDetails>
            <SENhistory><SEN><SENprovision>ZZ</SENprovision></SEN></SENhistory><Email>no mail</Email>
            """
        let read = try CTFFixture().read(CTFFixture.document(CTFFixture.pupil(bad)))
        let pupil = try #require(read.records(.pupil).first)
        #expect(pupil.rows(.characteristics) == [["medicalFlag=true"]])
        #expect(pupil.rows(.sen) == nil)
        #expect(pupil.rows(.address) == [["email=no mail"]])
        let places = read.issues.map(\.field).sorted()
        #expect(
            places == [
                "Pupil[1]/BasicDetails/Ethnicity", "Pupil[1]/Email", "Pupil[1]/SENhistory/SEN/SENprovision",
            ]
        )
        #expect(read.parked.map(\.groups) == [[.sen]])
        let twice = CTFFixture.document(CTFFixture.pupil("<Surname>Other</Surname>") + CTFFixture.pupil())
        let second = try CTFFixture().read(twice)
        #expect(second.parked.map(\.field) == ["Pupil[1]/Surname"])
        #expect(second.records(.pupil).count == 1)
    }

    @Test(
        "marks are those of the school itself; a session without one says nothing; one character for several codes is told"
    )
    func attendance() throws {
        func year(_ school: String, _ start: String, _ marks: String) -> String {
            """
            <YearData><Year>2025</Year><LEA>820</LEA><Estab>\(school)</Estab><AttendSessions>
            <AttendanceStartDate>\(start)</AttendanceStartDate><AttendanceMarks>\(marks)</AttendanceMarks>
            </AttendSessions></YearData>
            """
        }
        let data = year("1079", "2025-09-01", "/\\IIL\\B-####Y\\") + year("2001", "2025-09-01", "//")
        let read = try CTFFixture().read(CTFFixture.document(CTFFixture.pupil("<Attendance>\(data)</Attendance>")))
        let marks = read.records(.mark).map { $0.rows(.attendance)?.first ?? [] }
        #expect(
            marks.map { $0.joined(separator: " ") } == [
                "sessionDate=2025-09-01 sessionHalf=AM mark=/", "sessionDate=2025-09-01 sessionHalf=PM mark=\\",
                "sessionDate=2025-09-02 sessionHalf=AM mark=I", "sessionDate=2025-09-02 sessionHalf=PM mark=I",
                "sessionDate=2025-09-03 sessionHalf=AM mark=L", "sessionDate=2025-09-03 sessionHalf=PM mark=\\",
                "sessionDate=2025-09-04 sessionHalf=AM mark=B", "sessionDate=2025-09-07 sessionHalf=PM mark=\\",
            ]
        )
        #expect(read.issues.map(\.field) == ["Pupil[1]/Attendance/YearData/AttendSessions/AttendanceMarks"])
    }

    @Test("a file for the next school tells neither registrations nor marks of the old one")
    func nextSchool() throws {
        let history = """
            <BasicDetails><NCyearActual>4</NCyearActual><EnrolStatus>C</EnrolStatus></BasicDetails>
            <SchoolHistory><School><LEA>820</LEA><Estab>1079</Estab><EntryDate>2024-09-03</EntryDate></School></SchoolHistory>
            """
        let fixture = try CTFFixture()
        let text = CTFFixture.document(CTFFixture.pupil(history), destination: "8202001")
        let file = try fixture.open(Array(text.utf8))
        #expect(file.header.school?.description == "8202001")
        let read = try ReadSource(CTFSource(file, base: "8202001", known: MadeUpPupils()))
        #expect(read.records(.pupil).first?.groups.map(\.group) == [.basicDetails])
    }

    @Test("pupils on one line are told apart by numbers that go on")
    func oneLine() throws {
        let other = CTFFixture.pupil(upn: "<UPN>H820107919001</UPN>").replacingOccurrences(of: "Ikenna", with: "Ada")
        let text = CTFFixture.document(CTFFixture.pupil() + other).replacingOccurrences(of: "\n", with: "")
        #expect(try CTFFixture().read(text).records(.pupil).map(\.origin.line) == [1, 2])
    }
}
