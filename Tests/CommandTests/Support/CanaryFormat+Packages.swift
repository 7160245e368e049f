/// The unusual people in packages and transfer files.
extension CanaryFormat {
    private static let head = ["sourcedId", "status", "dateLastModified"]

    private static let newerFiles = [
        "roles", "userProfiles", "userResources", "scoreScales", "lineItemScoreScales", "resultScoreScales",
        "lineItemLearningObjectiveIds", "resultLearningObjectiveIds",
    ]

    static func roster(_ texts: CanaryTexts, isNewer: Bool) -> [String: String] {
        var files = [
            "orgs": table(
                head + ["name", "type", "identifier", "parentSourcedId"],
                [["sourcedId": base, "name": "Larkfield", "type": "school", "identifier": base]]
            ),
            "users": users(texts, isNewer: isNewer), "demographics": demographics(texts),
        ]
        if isNewer { files["roles"] = roles() }
        let all =
            [
                "academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
                "demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users",
            ] + (isNewer ? newerFiles : [])
        files["manifest"] =
            "propertyName,value\nmanifest.version,1.0\noneroster.version,\(isNewer ? "1.2" : "1.1")\n"
            + all.map { "file.\($0),\(files[$0] == nil ? "absent" : "bulk")\n" }.joined()
        return Dictionary(uniqueKeysWithValues: files.map { ($0.key + ".csv", $0.value) })
    }

    /// The keys of the unusual and of the others, and what each is.
    private static let people = [
        (pupil, "student"), ("G-" + Canary.marker, "relative"), ("T-" + Canary.marker, "teacher"), (present, "student"),
        ("t2", "teacher"),
    ]

    private static func users(_ texts: CanaryTexts, isNewer: Bool) -> String {
        let core = [
            "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone",
            "agentSourcedIds", "grades", "password",
        ]
        let preferred = ["preferredGivenName", "preferredMiddleName", "preferredFamilyName"]
        let columns =
            head + ["enabledUser"] + (isNewer ? [] : ["orgSourcedIds", "role"]) + core
            + (isNewer
                ? ["userMasterIdentifier", "resourceSourcedIds"] + preferred + ["primaryOrgSourcedId", "pronouns"] : [])
        let rows = people.map { key, role in
            var row = ["sourcedId": key, "enabledUser": "true", "orgSourcedIds": base, "role": role]
            guard key.contains(Canary.marker) else {
                return row.merging(["username": key, "givenName": "Ada", "familyName": "Byrd"]) { $1 }
            }
            let free = ["username", "givenName", "familyName", "middleName", "identifier"] + (isNewer ? preferred : [])
            row = texts.row(free, row)
            row["email"] = texts.mail()
            row["sms"] = "07700900777"
            row["phone"] = "07700900777"
            if role == "student" {
                row["userIds"] = "{UPN:\(numbers[2])}"
                row["agentSourcedIds"] = "G-" + Canary.marker
                row["grades"] = "03"
            }
            if isNewer {
                row["userMasterIdentifier"] = texts.text()
                row["pronouns"] = texts.text()
            }
            return row
        }
        return table(columns, rows)
    }

    private static func roles() -> String {
        let columns = [
            "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId",
        ]
        return table(
            head + columns,
            people.map { key, role in
                [
                    "sourcedId": "R-" + key, "userSourcedId": key, "roleType": "primary", "role": role,
                    "orgSourcedId": base,
                ]
            }
        )
    }

    private static func demographics(_ texts: CanaryTexts) -> String {
        let races = [
            "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander",
            "white", "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity",
        ]
        let birth = ["countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth"]
        return table(
            head + ["birthDate", "sex"] + races + birth + ["publicSchoolResidenceStatus"],
            [texts.row(birth, ["sourcedId": pupil, "birthDate": "2017-03-14", "sex": "male"])]
        )
    }

    static func transfer(_ texts: CanaryTexts) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <CTfile>
          <Header>
            <DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion>
            <DateTime>2025-09-02T19:30:00</DateTime><DocumentQualifier>partial</DocumentQualifier>
            <SupplierID>OTHER</SupplierID>
            <SourceSchool><LEA>001</LEA><Estab>2001</Estab><SchoolName>Larkfield</SchoolName>
              <AcademicYear>2025</AcademicYear></SourceSchool>
            <DestSchool><LEA>820</LEA><Estab>LLLL</Estab></DestSchool>
          </Header>
          <CTFpupilData>
            <Pupil>
              <UPN>\(numbers[2])</UPN>
              <Surname>\(Canary.marker)son é</Surname><Forename>\(Canary.marker)a</Forename>
              <DOB>2017-03-14</DOB><Sex>M</Sex>
              <BasicDetails>
                <FormerSurname>\(texts.text())</FormerSurname>
                <PreferredSurname>\(texts.text())</PreferredSurname>
                <PreferredForename>\(texts.text())</PreferredForename><MiddleNames>\(texts.text())</MiddleNames>
                <NCyearActual>4</NCyearActual><EnrolStatus>C</EnrolStatus>
              </BasicDetails>
              <Address>
                <BS7666Address><SAON>\(texts.text())</SAON><PAON>\(texts.text())</PAON><Street>\(texts.text())</Street>
                  <Locality>\(texts.text())</Locality><Town>\(texts.text())</Town></BS7666Address>
                <County>\(texts.text())</County><PostCode>ZZ1 2AB</PostCode>
              </Address>
              <Phones><Phone><TelephoneType>H</TelephoneType><PhoneNo>07700 900777</PhoneNo></Phone></Phones>
              <Email>\(texts.mail())</Email>
              <Contacts>
                <Contact>
                  <Order>1</Order><Title>\(texts.text())</Title><Surname>Zqxvkw</Surname>
                  <Forename>Constant</Forename><Relationship>PAM</Relationship>
                  <Responsibility>true</Responsibility>
                  <Address><AddressLines><AddressLine1>\(texts.text())</AddressLine1></AddressLines></Address>
                  <Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900777</PhoneNo></Phone></Phones>
                  <Email>\(texts.mail())</Email>
                </Contact>
              </Contacts>
              <SchoolHistory><School><LEA>001</LEA><Estab>2001</Estab><EntryDate>2022-09-01</EntryDate></School>
              </SchoolHistory>
            </Pupil>
            <Pupil>
              <UPN>J001107921401</UPN><Surname>Byrd</Surname><Forename>Ada</Forename><DOB>2016-11-02</DOB><Sex>F</Sex>
              <BasicDetails><NCyearActual>4</NCyearActual><EnrolStatus>C</EnrolStatus></BasicDetails>
            </Pupil>
          </CTFpupilData>
        </CTfile>
        """
    }
}
