/// A text as the leading part of a key: its UTF-8 and a zero, so that one text is no beginning of another.
///
/// At most 400 bytes of it stand there, since LMDB's keys end at 511; whoever looks a longer text up compares the whole.
func textKey(_ text: String) -> [UInt8] { Array(text.utf8.prefix(400)) + [0] }
