/// What this bench is linked with; a row whose subject is nil is printed as absent.
struct Linked {
    /// Makes an empty log in an empty folder, its keys in another.
    var makeLog: ((_ folder: String, _ keys: String) throws -> any LogUnderTest)?
    /// Makes a change index over so many pupils, with so many changes after its cursor.
    var makeSelection: ((_ folder: String, _ pupils: Int, _ changes: Int) throws -> any SelectionUnderTest)?

    /// Everything that exists by now.
    static var all: Self { Linked(makeLog: EventLogUnderTest.init(folder:keys:)) }
}
