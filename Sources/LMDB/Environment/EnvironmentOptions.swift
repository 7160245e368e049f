extension Environment {
    /// How an environment is opened.
    public struct Options: Sendable, Equatable {
        /// What a commit promises.
        public enum Durability: Sendable, Equatable {
            /// A committed transaction survives process kill and power cut: data, then meta page, each synced.
            case full
            /// Nothing is synced until `sync()`: a cut before it may leave a file that is not even consistent.
            ///
            /// Allowed for a state generation under construction and for scratch, never for anything published: such a
            /// file is thrown away, not opened, when its making was cut short.
            case unsynced
        }

        /// Address space for the map, in bytes: the most that the file can grow to.
        ///
        /// Costs nothing until used; choose less where address space is limited.
        public var mapBytes: Int
        /// The most tables that can be opened.
        public var tablesMax: Int
        /// The most read transactions at a time, over all processes.
        public var readersMax: Int
        /// Makes the file when there is none; false where an empty one must never pass for it.
        public var createsFile: Bool
        /// Open for reading only; the file must exist.
        public var readOnly: Bool
        /// What a commit promises.
        public var durability: Durability
        /// Open also on a network file system: at the operator's own risk.
        public var allowsNetworkFileSystem: Bool

        /// Makes options; what is not given is the safe default.
        public init(
            mapBytes: Int = 1 << 40,
            tablesMax: Int = 64,
            readersMax: Int = 1024,
            createsFile: Bool = true,
            readOnly: Bool = false,
            durability: Durability = .full,
            allowsNetworkFileSystem: Bool = false
        ) {
            self.mapBytes = mapBytes
            self.tablesMax = tablesMax
            self.readersMax = readersMax
            self.createsFile = createsFile
            self.readOnly = readOnly
            self.durability = durability
            self.allowsNetworkFileSystem = allowsNetworkFileSystem
        }
    }
}
