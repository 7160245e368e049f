import School

/// The way to a recipient, as its record says.
public enum Deliveries {
    /// Into its folder, over SFTP, or by HTTPS.
    public static func way(to recipient: Recipient) -> any Delivery {
        switch recipient.way {
        case .folder: FolderDelivery(folder: recipient.folder)
        case .sftp: SFTPDelivery(url: recipient.folder, knownHosts: recipient.known, key: recipient.credential)
        case .https: HTTPSDelivery(url: recipient.folder, tokenFile: recipient.credential, trusted: recipient.known)
        }
    }
}
