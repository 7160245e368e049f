/// Code sets of a pupil's registration and characteristics (domain.md 1.1 and 6; Common Basic Data Set).
extension CodeSet {
    /// Why a pupil has no UPN.
    public static let noUPNReason = CodeSet(
        "no-UPN reason",
        [
            "UN1": "under 6 and none yet", "UN2": "never in a maintained school", "UN3": "educated outside England",
            "UN4": "newly in need", "UN5": "sources disagree", "UN6": "UN6", "UN7": "UN7", "UN8": "UN8",
            "UN9": "UN9", "UN10": "UN10",
        ]
    )
    /// Enrolment status.
    public static let enrolmentStatus = CodeSet(
        "enrolment status",
        [
            "C": "current", "M": "main dual", "S": "subsidiary dual", "G": "guest", "F": "FE college",
            "O": "other provider", "P": "previous",
        ]
    )
    /// Boarder.
    public static let boarder = CodeSet("boarder", codes: "N B 6 7")
    /// SEN provision, with the codes that stand in histories only.
    public static let senProvision = CodeSet(
        "SEN provision",
        [
            "N": "none", "K": "SEN support", "E": "education, health and care plan", "A": "A (earlier)",
            "P": "P (earlier)", "Q": "Q (earlier)", "S": "statement (earlier)", "X": "X (earlier)",
            "O": "no longer needed",
        ]
    )
    /// SEN type of need.
    public static let senNeed = CodeSet(
        "SEN type",
        codes: "SPLD MLD SLD PMLD SEMH SLCN HI VI MSI PD ASD DS OTH NSA"
    )
    /// Category of free school meals.
    public static let fsmCategory = CodeSet(
        "FSM category",
        ["TFSM": "targeted", "EFSM": "expanded", "OFSM": "other"]
    )
    /// Country of an FSM instance.
    public static let ukCountry = CodeSet(
        "UK country",
        ["ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"]
    )
    /// Pupil premium.
    public static let pupilPremium = CodeSet(
        "pupil premium",
        [
            "DPP": "deprivation", "SCP": "service", "LAP": "looked after", "AFC": "adopted from care",
            "EYP": "early years",
        ]
    )
    /// English proficiency.
    public static let englishProficiency = CodeSet(
        "English proficiency",
        [
            "A": "new to English", "B": "early acquisition", "C": "developing", "D": "competent", "E": "fluent",
            "N": "not assessed",
        ]
    )
    /// Ethnicity, with the codes that the list of May 2026 adds.
    public static let ethnicity = CodeSet(
        "ethnicity",
        codes: "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT "
            + "ABRI AWEL BBRI BWEL"
    )
    /// Service child.
    public static let serviceChild = CodeSet(
        "service child",
        ["Y": "yes", "N": "no", "U": "unknown", "R": "refused"]
    )
    /// Young carer.
    public static let youngCarer = CodeSet(
        "young carer",
        ["P": "told by parent or guardian", "S": "told by school", "N": "not declared"]
    )
    /// Arrangement after care.
    public static let postCare = CodeSet("post-looked-after arrangement", codes: "N A G R C O")
    /// Kinship care.
    public static let kinshipCare = CodeSet("kinship care", codes: "ND KF KI KU")
    /// Disability.
    public static let disability = CodeSet(
        "disability",
        codes: "NCOL NONE MOB HAND PC EAT MED INC COMM LD HEAR VIS BEH CON AUT DDA OTH"
    )

    /// True when a language code says that English is an additional language; nil when it does not tell: not obtained,
    /// refused (ours, domain.md 6).
    public static func isAdditionalLanguage(_ language: String) -> Bool? {
        switch language {
        case "", "NOT", "REF": nil
        case "ENG", "ENB": false
        default: true
        }
    }
}
