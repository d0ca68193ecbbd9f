//! What constants need for refusing declarations of several crates that do not go together, with messages that name them:
//! neither `==` of texts nor formatting exists there.

/// Panics with the concatenation of all `parts`, which is more than formatting in constants can do.
#[track_caller]
pub(crate) const fn refuse(parts: &[&str]) -> ! {
    let mut text = [b' '; 512];
    let mut length = 0;
    let mut part = 0;
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut index = 0;
        while index < bytes.len() && length < text.len() {
            text[length] = bytes[index];
            length += 1;
            index += 1;
        }
        part += 1;
    }
    match std::str::from_utf8(text.split_at(length).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("declarations of two crates do not go together"),
    }
}

/// Panics because two crates declare something of one name.
#[track_caller]
pub(crate) const fn refuse_two(name: &str, first: &str, second: &str) -> ! {
    refuse(&[name, " is declared in ", first, " and in ", second])
}

/// Whether two texts are the same.
pub(crate) const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}
