/// Small sets of School Data Sync files of made-up people.
enum SDSFiles {
    /// Version 1: two schools, and pupils at them.
    static func version1(_ pupils: (key: String, base: String)..., schools: [String] = ["S1", "S2"]) -> [String: String]
    {
        let rows = pupils.map { "\($0.key),\($0.base),Ada,Byrd,3\n" }.joined()
        return [
            "School.csv": "SIS ID,Name\n" + schools.map { "\($0),School \($0)\n" }.joined(),
            "Student.csv": "SIS ID,School SIS ID,First Name,Last Name,Grade\n" + rows,
            "Teacher.csv": "SIS ID,School SIS ID,First Name,Last Name\nt1,\(schools[0]),Mo,Head\n",
        ]
    }

    /// Version 2.1: a pupil with a guardian, another one, a teacher and a class.
    static let version21 = [
        "orgs.csv": "sourcedId,name,type\nS1,Larkfield,school\nS2,Hill,school\n",
        "users.csv": """
        sourcedId,username,givenName,familyName,email,phone,sms
        p1,ada,Ada,Byrd,ada@example.org,01632 960001,07700 900001
        p2,ben,Ben,Byrd,,,
        t1,mo,Mo,Head,,,
        g1,gran,Gran,Byrd,,,07700 900002

        """,
        "roles.csv": """
        userSourcedId,orgSourcedId,role,grade,isPrimary
        p1,S1,student,3,TRUE
        p2,S1,student,R,TRUE
        t1,S1,teacher,,TRUE

        """,
        "classes.csv": "sourcedId,orgSourcedId,title\nC1,S1,3A\n",
        "enrollments.csv": "classSourcedId,userSourcedId,role\nC1,p1,student\nC1,t1,teacher\n",
        "demographics.csv": "userSourcedId,sex,birthDate\np1,female,2017-03-14\n",
        "relationships.csv": "userSourcedId,relationshipUserSourcedId,relationshipRole\np1,g1,relative\n",
    ]

    /// Version 2: a pupil at schools in the order in which a list names them.
    static func version2(_ orgs: String) -> [String: String] {
        [
            "orgs.csv": "sourcedId,name,type\nS1,Larkfield,school\nS2,Hill,school\n",
            "users.csv": "sourcedId,orgSourcedIds,role,grade,givenName\np1,\"\(orgs)\",student,3,Ada\n",
        ]
    }
}
