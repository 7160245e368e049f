"""OneRoster CSV 1.2 packages, read strictly from the standard's tables and schemas/exchange/oneroster.md alone."""
import csv
import io
import re
import zipfile

HEAD = ["sourcedId", "status", "dateLastModified"]
COLUMNS = {
    "academicSessions": "title*,type*,startDate*,endDate*,parentSourcedId,schoolYear*",
    "orgs": "name*,type*,identifier,parentSourcedId",
    "courses": "schoolYearSourcedId,title*,courseCode,grades,orgSourcedId*,subjects,subjectCodes",
    "classes": "title*,grades,courseSourcedId*,classCode,classType*,location,schoolSourcedId*,termSourcedIds*,"
               "subjects,subjectCodes,periods",
    "enrollments": "classSourcedId*,schoolSourcedId*,userSourcedId*,role*,primary,beginDate,endDate",
    "users": "enabledUser*,username*,userIds,givenName*,familyName*,middleName,identifier,email,sms,phone,"
             "agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,"
             "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
    "roles": "userSourcedId*,roleType*,role*,beginDate,endDate,orgSourcedId*,userProfileSourcedId",
    "demographics": "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
                    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,"
                    "hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,"
                    "publicSchoolResidenceStatus",
    # A file of the sender's own.
    "syncdLinks": "userSourcedId*,agentSourcedId*",
}
WORDS = {
    ("orgs", "type"): "department school district local state national",
    ("academicSessions", "type"): "gradingPeriod semester schoolYear term",
    ("classes", "classType"): "homeroom scheduled",
    ("enrollments", "role"): "administrator proctor student teacher",
    ("roles", "roleType"): "primary secondary",
    ("roles", "role"): "aide counselor districtAdministrator guardian parent principal proctor relative "
                       "siteAdministrator student systemAdministrator teacher",
    ("demographics", "sex"): "male female unspecified other",
}
REFERS = {
    ("courses", "orgSourcedId"): "orgs", ("classes", "courseSourcedId"): "courses",
    ("classes", "schoolSourcedId"): "orgs", ("classes", "termSourcedIds"): "academicSessions",
    ("enrollments", "classSourcedId"): "classes", ("enrollments", "schoolSourcedId"): "orgs",
    ("enrollments", "userSourcedId"): "users", ("users", "agentSourcedIds"): "users",
    ("users", "primaryOrgSourcedId"): "orgs", ("roles", "userSourcedId"): "users", ("roles", "orgSourcedId"): "orgs",
    ("demographics", "sourcedId"): "users", ("syncdLinks", "userSourcedId"): "users",
    ("syncdLinks", "agentSourcedId"): "users",
}
FILES = ("academicSessions categories classes classResources courses courseResources demographics enrollments "
         "lineItemLearningObjectiveIds lineItems lineItemScoreScales orgs resources resultLearningObjectiveIds results "
         "resultScoreScales roles scoreScales userProfiles userResources users").split()
NAME = re.compile(r"(\d{7}|\d{3}LLLL)_OneRoster_(\d{7}|\d{3}LLLL)_(\d{3})\.zip")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
IDENTIFIER = re.compile(r"[0-9A-Za-z.\-_/@]{1,255}")


class Broken(Exception):
    """The package breaks a rule of the standard, and which."""


class Package:
    """A package: its mode, and for each file the rows by their ids."""

    def __init__(self, data):
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            raise Broken(f"the archive is broken: {error}") from None
        names = archive.namelist()
        if len(set(names)) != len(names) or any("/" in name for name in names):
            raise Broken("files of the archive lie in folders, or twice")
        manifest = dict(self._table("manifest.csv", archive)[1:])
        if manifest.get("manifest.version") != "1.0" or manifest.get("oneroster.version") != "1.2":
            raise Broken("manifest.csv is of another version")
        if missing := [name for name in FILES if f"file.{name}" not in manifest]:
            raise Broken(f"manifest.csv does not tell of {missing[0]}")
        told = {key[5:]: mode for key, mode in manifest.items() if key.startswith("file.") and mode != "absent"}
        if set(told.values()) - {"bulk", "delta"} or len(set(told.values())) > 1:
            raise Broken("manifest.csv has no one mode")
        if {name + ".csv" for name in told} | {"manifest.csv"} != set(names):
            raise Broken("manifest.csv and the archive do not have the same files")
        self.mode = next(iter(told.values()), None)
        self.files = {name: self._rows(name, archive) for name in told}

    def _table(self, name, archive):
        try:
            text = archive.read(name).decode("utf-8")
        except KeyError:
            raise Broken(f"{name} is missing") from None
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        if any(len(row) != len(table[0]) for row in table):
            raise Broken(f"{name} has rows of another length than its header")
        if any("\r" in value or "\n" in value for row in table for value in row):
            raise Broken(f"{name} has a line break in a value")
        return table

    def _rows(self, name, archive):
        if name not in COLUMNS:
            raise Broken(f"{name}.csv is not read here")
        table = self._table(name + ".csv", archive)
        columns = [column.rstrip("*") for column in COLUMNS[name].split(",")]
        required = [column[:-1] for column in COLUMNS[name].split(",") if column.endswith("*")]
        header, rest = table[0], table[0][3 + len(columns):]
        if header[:3 + len(columns)] != HEAD + columns or any(not name.startswith("metadata.") for name in rest):
            raise Broken(f"{name}.csv has another header")
        if len(table) < 2:
            raise Broken(f"{name}.csv has no rows")
        rows = {}
        for number, values in enumerate(table[1:], start=2):
            row = dict(zip(header, values))
            self._check(f"{name}.csv, line {number}", name, row, required)
            if row["sourcedId"] in rows:
                raise Broken(f"{name}.csv, line {number}: the id stands twice")
            rows[row["sourcedId"]] = row
        return rows

    def _check(self, place, name, row, required):
        if not IDENTIFIER.fullmatch(row["sourcedId"]):
            raise Broken(f"{place}: the id has another form")
        if self.mode == "bulk" and (row["status"] or row["dateLastModified"]):
            raise Broken(f"{place}: a bulk row has a status or time")
        if self.mode == "delta" and (row["status"] not in ("active", "tobedeleted")
                                     or not TIME.fullmatch(row["dateLastModified"])):
            raise Broken(f"{place}: a delta row has no status or time")
        for column in required:
            if not row[column]:
                raise Broken(f"{place}: {column} is blank")
        for column, value in row.items():
            words = WORDS.get((name, column))
            if value and words and value not in words.split() and not value.startswith("ext:"):
                raise Broken(f"{place}: {column} is no word of the standard")
            if value and column in ("beginDate", "endDate", "startDate", "birthDate") and not DATE.fullmatch(value):
                raise Broken(f"{place}: {column} is no date")
            if value and column in ("enabledUser", "primary") and value not in ("true", "false"):
                raise Broken(f"{place}: {column} is neither true nor false")
            if value[:1] in tuple("=+-@\t\r") and value:
                raise Broken(f"{place}: {column} is a formula to a spreadsheet")

    def check_references(self, school):
        """What rows name is in the package; in a delta it may be held from before."""
        for (name, column), target in REFERS.items():
            for row in self.files.get(name, {}).values():
                if row["status"] == "tobedeleted":
                    continue
                for key in filter(None, row[column].split(",")):
                    told = self.files.get(target, {}).get(key)
                    held = self.mode == "delta" and f"{target}.csv/{key}" in school
                    if told is None and not held or told and told["status"] == "tobedeleted":
                        raise Broken(f"{name}.csv: {column} names a row that is not in {target}.csv")


def check_pair(manifest, package):
    """Refuses a package that is not what its manifest says."""
    if manifest.get("rows") != {name + ".csv": len(rows) for name, rows in package.files.items()}:
        raise Broken("the manifest's numbers of rows are not those of the package")
    if package.mode and manifest.get("mode") != package.mode:
        raise Broken("the manifest has another mode than the package")
    counts = {}
    for line in manifest["pupils"]:
        counts[line["change"]] = counts.get(line["change"], 0) + 1
    if counts != manifest.get("counts"):
        raise Broken("the manifest's counts are not those of its lines")


def apply(school, manifest, package):
    """Applies a checked package to the records of a school: each by its file and id."""
    for name, rows in package.files.items():
        if package.mode == "bulk":
            for key, record in school.items():
                if key.startswith(name + ".csv/") and key.split("/", 1)[1] not in rows:
                    record["state"] = "tobedeleted"
        for key, row in rows.items():
            record = school.setdefault(f"{name}.csv/{key}", {"groups": {}})
            record["state"] = "tobedeleted" if row["status"] == "tobedeleted" else "current"
            if record["state"] == "current":
                values = {column: value for column, value in row.items() if value and column not in HEAD}
                record["groups"] = {"row": values} if values else {}
    gone = {line["recipientId"]: line["change"] for line in manifest["pupils"]
            if line["change"] in ("left", "outOfReach", "sharingEnded")}
    for key, record in school.items():
        row = record["groups"].get("row", {})
        owner = key.split("/", 1)[1] if key.startswith(("users", "demographics")) else row.get("userSourcedId")
        if owner in gone and record["state"] == "current":
            record["state"] = gone[owner]
    settle(school)


def settle(school):
    """Contacts, classes, courses and sessions count as current while a current pupil has them."""
    def current(name):
        return {key.split("/", 1)[1]: record["groups"].get("row", {}) for key, record in school.items()
                if key.startswith(name + ".csv/") and record["state"] == "current"}

    def leave(name, kept, by=None):
        for key, record in school.items():
            if key.startswith(name + ".csv/") and record["state"] == "current":
                if (record["groups"].get("row", {}).get(by) if by else key.split("/", 1)[1]) not in kept:
                    record["state"] = "left"

    pupils = {row["userSourcedId"] for row in current("roles").values() if row["role"] == "student"}
    users = current("users")
    agents = {agent for key in pupils for agent in users.get(key, {}).get("agentSourcedIds", "").split(",")}
    leave("users", pupils | agents)
    leave("roles", pupils | agents, "userSourcedId")
    classes = {row["classSourcedId"] for row in current("enrollments").values()}
    leave("classes", classes)
    kept = current("classes").values()
    leave("courses", {row["courseSourcedId"] for row in kept})
    leave("academicSessions", {key for row in kept for key in row["termSourcedIds"].split(",")})
