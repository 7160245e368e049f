"""A OneRoster package of one made-up school, bulk, version 1.1."""


def roster_files(pupils):
    """The package's files by name."""
    head = "sourcedId,status,dateLastModified,"
    tables = {
        "orgs": head + "name,type,identifier,parentSourcedId\ns1,,,Elm Grove,school,0012001,\n",
        "academicSessions": head + "title,type,startDate,endDate,parentSourcedId,schoolYear\n"
                            "t1,,,Autumn,term,2025-09-01,2025-12-20,,2026\n",
        "classes": head + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,"
                          "subjects,subjectCodes,periods\nk1,,,3 Oak,03,,3O,homeroom,,s1,t1,,,\n",
        "users": head + "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,"
                        "email,sms,phone,agentSourcedIds,grades,password\n"
                 + "".join(f'p{n},,,true,s1,student,ada{n},"{{MIS:{n}}},{{LDAP:x}}",Ada{n},Abara,,,,,,g{n},03,\n'
                           f"g{n},,,true,s1,parent,gift{n},,Gift{n},Abara,,,,,,,,\n" for n in range(1, pupils + 1)),
        "enrollments": head + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
                       + "".join(f"e{n},,,k1,s1,p{n},student,,2025-09-01,\n" for n in range(1, pupils + 1)),
    }
    files = {f"{name}.csv": text for name, text in tables.items()}
    others = ["categories", "classResources", "courseResources", "courses", "demographics", "lineItems", "resources",
              "results"]
    files["manifest.csv"] = (
        "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
        + "".join(f"file.{name},bulk\n" for name in tables) + "".join(f"file.{name},absent\n" for name in others))
    return files
