//! JIT lists: which functions to compile, as text that people write.
//!
//! One entry a line: `module:qualname`, `module:*` for everything in a module, `qualname@file.py:line` for the function that
//! starts on a line of a file (given by its name or by the end of its path). `#` begins a comment. A list is only ever
//! added to; matching runs no Python.

use std::fmt;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Every function of a module.
    Module(String),
    /// A function by module and qualified name.
    Named {
        /// `__module__`
        module: String,
        /// `__qualname__`
        qualname: String,
    },
    /// A function by the place of its code.
    Placed {
        /// `__qualname__` of the code object
        qualname: String,
        /// The file's name, or the last components of its path
        file: String,
        /// `co_firstlineno`
        line: u32,
    },
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(module) => write!(f, "{module}:*"),
            Self::Named { module, qualname } => write!(f, "{module}:{qualname}"),
            Self::Placed {
                qualname,
                file,
                line,
            } => write!(f, "{qualname}@{file}:{line}"),
        }
    }
}

/// What a function is matched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// `__module__`, empty if it is no string
    pub module: String,
    /// `__qualname__` of the code object
    pub qualname: String,
    /// `co_filename`
    pub file: String,
    /// `co_firstlineno`
    pub line: u32,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.module, self.qualname)
    }
}

/// The entry on a line, none if there is only a comment. An error is a sentence without the place.
pub fn parse_line(line: &str) -> Result<Option<Entry>, String> {
    let text = line.split('#').next().unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |why: &str| {
        format!("`{text}`: {why}; wanted module:qualname, module:* or qualname@file.py:line")
    };
    if text.contains(char::is_whitespace) {
        return Err(wrong("there is a space in it"));
    }
    let Some((before, after)) = text.rsplit_once(':') else {
        return Err(wrong("there is no `:` in it"));
    };
    if before.is_empty() || after.is_empty() {
        return Err(wrong("there is nothing on one side of the `:`"));
    }
    if let Some((qualname, file)) = before.split_once('@') {
        if qualname.is_empty() || file.is_empty() {
            return Err(wrong("there is nothing on one side of the `@`"));
        }
        let line = match after.parse() {
            Ok(line) if line > 0 => line,
            _ => return Err(wrong(&format!("`{after}` is not a line number"))),
        };
        let (qualname, file) = (qualname.to_owned(), file.to_owned());
        return Ok(Some(Entry::Placed {
            qualname,
            file,
            line,
        }));
    }
    if before.contains(':') {
        return Err(wrong("there is more than one `:` in it"));
    }
    Ok(Some(match after {
        "*" => Entry::Module(before.to_owned()),
        _ => Entry::Named {
            module: before.to_owned(),
            qualname: after.to_owned(),
        },
    }))
}

/// The entries of a whole file. An error names the file and the line.
pub fn parse_file(name: &str, text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        match parse_line(line) {
            Ok(entry) => entries.extend(entry),
            Err(why) => return Err(format!("{name}:{}: {why}", index + 1)),
        }
    }
    Ok(entries)
}

impl Entry {
    /// Whether the entry means this function.
    pub fn matches(&self, function: &Description) -> bool {
        match self {
            Self::Module(module) => *module == function.module,
            Self::Named { module, qualname } => {
                *module == function.module && *qualname == function.qualname
            }
            Self::Placed {
                qualname,
                file,
                line,
            } => {
                let rest = function.file.strip_suffix(file.as_str());
                *qualname == function.qualname
                    && *line == function.line
                    && rest.is_some_and(|rest| {
                        rest.is_empty() || rest.ends_with('/') || file.starts_with('/')
                    })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function() -> Description {
        Description {
            module: "__main__".into(),
            qualname: "Task.run".into(),
            file: "/x/bench/run.py".into(),
            line: 12,
        }
    }

    #[test]
    fn entries_print_as_they_are_written() {
        for text in ["__main__:*", "a.b:C.f", "C.f@dir/x.py:3", "a:f.<locals>.g"] {
            let entry = parse_line(text).unwrap().unwrap();
            assert_eq!(entry.to_string(), text);
        }
    }

    #[test]
    fn comments_and_blank_lines_are_nothing() {
        for text in ["", "  ", "# a:b", "\t# "] {
            assert_eq!(parse_line(text), Ok(None));
        }
        let entry = parse_line(" a:b # why").unwrap().unwrap();
        assert_eq!(entry.to_string(), "a:b");
    }

    #[test]
    fn mistakes_name_file_and_line() {
        let cases = [
            ("a", "no `:`"),
            (":f", "nothing on one side"),
            ("a:", "nothing on one side"),
            ("a:b:c", "more than one"),
            ("a b:c", "a space"),
            ("f@x.py:zero", "not a line number"),
            ("f@x.py:0", "not a line number"),
            ("@x.py:1", "nothing on one side of the `@`"),
        ];
        for (line, why) in cases {
            let message = parse_file("jit.txt", &format!("# first\n{line}\n")).unwrap_err();
            assert!(message.starts_with("jit.txt:2: "), "{message}");
            assert!(message.contains(why), "{message}");
        }
    }

    #[test]
    fn functions_are_matched_by_name_or_place() {
        for text in [
            "__main__:*",
            "__main__:Task.run",
            "Task.run@run.py:12",
            "Task.run@bench/run.py:12",
            "Task.run@/x/bench/run.py:12",
        ] {
            assert!(
                parse_line(text).unwrap().unwrap().matches(&function()),
                "{text}"
            );
        }
        for text in [
            "main:*",
            "__main__:Task",
            "Task.run@run.py:13",
            "Task.run@un.py:12",
            "run@run.py:12",
        ] {
            assert!(
                !parse_line(text).unwrap().unwrap().matches(&function()),
                "{text}"
            );
        }
    }
}
