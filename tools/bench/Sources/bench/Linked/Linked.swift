/// What this bench is linked with; a row whose subject is nil is printed as absent.
struct Linked {
    /// Makes an empty log in an empty folder, its keys in another.
    var makeLog: ((_ folder: String, _ keys: String) throws -> any LogUnderTest)?
    /// Opens sealed parts alone, without a log: a third of what `replay_open` is held against.
    var openAlone: ((Sizes) throws -> any PrimitiveAlone)?
    /// Makes a change index over so many pupils, with so many changes after its cursor.
    var makeSelection: ((_ folder: String, _ pupils: Int, _ changes: Int) throws -> any SelectionUnderTest)?

    /// Everything that exists by now.
    static var all: Self { Linked() }
}
