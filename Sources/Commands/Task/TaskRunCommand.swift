import ArgumentParser

struct TaskRunCommand: StoreCommand {
    static let configuration = CommandConfiguration(commandName: "run")
    @Argument var name: String
    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
    func run(in session: Session) throws {}
}
