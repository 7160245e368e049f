import Commands

/// Where the program begins.
@main
enum Entrypoint {
    static func main() {
        Syncd.start()
    }
}
