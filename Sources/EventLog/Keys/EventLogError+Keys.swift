extension EventLogError.Code {
    /// The operating system refused a call on a file.
    public static let file = Self(rawValue: "file")

    /// The folder of key-encryption keys is not there.
    public static let keyFolderMissing = Self(rawValue: "keyFolderMissing")

    /// The folder of key-encryption keys lies inside the store, so that one copy would hold both.
    public static let keyFolderInsideStore = Self(rawValue: "keyFolderInsideStore")

    /// A key-encryption key is not where it should be.
    public static let keyMissing = Self(rawValue: "keyMissing")

    /// A key-encryption key is there already and is never overwritten.
    public static let keyExists = Self(rawValue: "keyExists")

    /// A key-encryption key is damaged, of another log or generation, or does not open the key file.
    public static let keyWrong = Self(rawValue: "keyWrong")

    /// Others than the owner may read a key-encryption key.
    public static let keyExposed = Self(rawValue: "keyExposed")

    /// The store has no key file.
    public static let keyFileMissing = Self(rawValue: "keyFileMissing")

    /// Both copies of a page of the key file are damaged.
    public static let keyFileDamaged = Self(rawValue: "keyFileDamaged")

    /// The key file was written by a newer program.
    public static let keyFileNewer = Self(rawValue: "keyFileNewer")

    /// The key file belongs to another log.
    public static let keyFileOfAnotherLog = Self(rawValue: "keyFileOfAnotherLog")

    /// New keys could not be made durable; whether they are there is known only after opening the store again.
    public static let keysNotDurable = Self(rawValue: "keysNotDurable")

    /// The key store has been closed.
    public static let keyStoreClosed = Self(rawValue: "keyStoreClosed")

    /// No key is made for this subject again.
    public static let subjectFenced = Self(rawValue: "subjectFenced")

    /// A part's key was not made before sealing.
    public static let dataKeyMissing = Self(rawValue: "dataKeyMissing")

    /// A sealed part is not what was sealed in this place.
    public static let partDamaged = Self(rawValue: "partDamaged")
}
