//! Reads what `strace -f -y -xx` wrote into the order of events that matter to a disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// One thing that the traced program did to a file of the data folder, or said on its standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file was opened that may be created by it.
    Create {
        name: String,
    },
    Write {
        name: String,
        offset: u64,
        data: Vec<u8>,
    },
    Truncate {
        name: String,
        length: u64,
    },
    /// The file's contents are on disk now.
    Sync {
        name: String,
    },
    /// The folder's entries are on disk now.
    SyncFolder,
    Unlink {
        name: String,
    },
    Say {
        text: String,
    },
}

/// The system calls that change files, for `strace -e trace=`.
pub const CALLS: &str = "openat,creat,open,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,msync,\
sync_file_range,sync,syncfs,ftruncate,truncate,fallocate,unlink,unlinkat,rename,renameat,renameat2,mmap,\
copy_file_range,sendfile";

/// A call as the log tells it: its arguments as text, and what it answered.
struct Call<'l> {
    name: &'l str,
    arguments: String,
    answer: String,
}

pub struct Reader {
    folder: PathBuf,
    /// Calls of a thread whose end stands on a later line.
    unfinished: HashMap<String, String>,
    events: Vec<Event>,
}

impl Reader {
    /// Events below `folder` only; it must be written as the program opens it.
    pub fn new(folder: &Path) -> Reader {
        Reader {
            folder: folder.to_owned(),
            unfinished: HashMap::new(),
            events: Vec::new(),
        }
    }

    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// A write counts from its beginning and a sync from its end: what lies between may or may not be on disk.
    pub fn line(&mut self, line: &str) -> Result<()> {
        let Some((thread, rest)) = line.split_once(' ') else {
            return Ok(());
        };
        let rest = rest.trim_start();
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some(begun) = self.unfinished.remove(thread) else {
                return Ok(());
            };
            let (_, end) = resumed
                .split_once("resumed>")
                .context("a resumed call without its end")?;
            let Some(call) = call_of(&begun, end) else {
                return Ok(());
            };
            return if changes_at_once(call.name) {
                Ok(())
            } else {
                self.call(&call)
            };
        }
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            if let Some(call) = call_of(begun, ") = 1")
                && changes_at_once(call.name)
            {
                self.call(&call)?;
            }
            self.unfinished.insert(thread.to_owned(), begun.to_owned());
            return Ok(());
        }
        match call_of(rest, "") {
            Some(call) => self.call(&call),
            None => Ok(()),
        }
    }

    fn call(&mut self, call: &Call<'_>) -> Result<()> {
        if call.answer.starts_with('-') {
            return Ok(());
        }
        let arguments = split(&call.arguments);
        let text = |index: usize| arguments.get(index).map_or("", String::as_str);
        match call.name {
            "write" if text(0).starts_with("1<") => {
                let text = String::from_utf8_lossy(&bytes(text(1))?).into_owned();
                self.events.push(Event::Say { text });
            }
            "openat" => {
                let created = text(2).contains("O_CREAT") || text(2).contains("O_TRUNC");
                if let (Some(name), true) = (self.name_of_fd(&call.answer)?, created) {
                    self.events.push(Event::Create { name: name.clone() });
                    if text(2).contains("O_TRUNC") {
                        self.events.push(Event::Truncate { name, length: 0 });
                    }
                }
            }
            "pwrite64" => {
                if let Some(name) = self.name_of_fd(text(0))? {
                    let data = bytes(text(1))?;
                    ensure!(
                        data.len().to_string() == text(2),
                        "the log cut a write short: {}",
                        text(2)
                    );
                    self.events.push(Event::Write {
                        name,
                        offset: text(3).parse()?,
                        data,
                    });
                }
            }
            "ftruncate" => {
                if let Some(name) = self.name_of_fd(text(0))? {
                    self.events.push(Event::Truncate {
                        name,
                        length: text(1).parse()?,
                    });
                }
            }
            "fsync" | "fdatasync" => {
                if self.path_of_fd(text(0))?.as_deref() == Some(&self.folder) {
                    self.events.push(Event::SyncFolder);
                } else if let Some(name) = self.name_of_fd(text(0))? {
                    self.events.push(Event::Sync { name });
                }
            }
            "unlink" => {
                if let Some(name) = self.name_of(&path(text(0))?) {
                    self.events.push(Event::Unlink { name });
                }
            }
            "mmap" => {
                let writable = text(3).contains("MAP_SHARED") && text(2).contains("PROT_WRITE");
                if let (true, Some(name)) = (writable, self.name_of_fd(text(4))?) {
                    bail!("{name} is written through a mapping, which no log of calls can follow");
                }
            }
            // Anything else that touches these files would make the rebuilt states wrong: say so.
            other => {
                if let Some(name) = self.name_of_fd(text(0))? {
                    bail!("{other} on {name} is not understood");
                }
            }
        }
        Ok(())
    }

    fn path_of_fd(&self, argument: &str) -> Result<Option<PathBuf>> {
        let Some((_, rest)) = argument.split_once('<') else {
            return Ok(None);
        };
        let Some((quoted, _)) = rest.split_once('>') else {
            return Ok(None);
        };
        Ok(Some(PathBuf::from(
            String::from_utf8_lossy(&bytes(quoted)?).into_owned(),
        )))
    }

    fn name_of_fd(&self, argument: &str) -> Result<Option<String>> {
        Ok(self.path_of_fd(argument)?.and_then(|path| self.name_of(&path)))
    }

    /// The name inside the folder. The lock file and the shared index of the log are no data: the first only
    /// marks the process, the second is rebuilt by whoever opens the database.
    fn name_of(&self, path: &Path) -> Option<String> {
        let name = path.strip_prefix(&self.folder).ok()?.to_str()?;
        (!name.is_empty() && !name.ends_with("-shm") && !name.ends_with(".lock")).then(|| name.to_owned())
    }
}

fn changes_at_once(call: &str) -> bool {
    matches!(call, "write" | "pwrite64" | "ftruncate" | "unlink" | "mmap")
}

/// `name(arguments) = answer`, the answer with the file that its number stands for.
fn call_of<'l>(begun: &'l str, end: &str) -> Option<Call<'l>> {
    let (name, rest) = begun.split_once('(')?;
    let whole = format!("{rest}{end}");
    let close = whole
        .rfind(") = ")
        .or_else(|| whole.rfind(')').filter(|_| whole.contains(") ")))?;
    let answer = whole[close..]
        .split_once("= ")
        .map_or("", |(_, answer)| answer)
        .to_owned();
    Some(Call {
        name,
        arguments: whole[..close].to_owned(),
        answer,
    })
}

/// Arguments at commas outside quotes, brackets and names in angle brackets. All text in the log is
/// hexadecimal, so no quote or comma hides inside one.
fn split(arguments: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for letter in arguments.chars() {
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut()
            && !(part.is_empty() && letter == ' ')
        {
            part.push(letter);
        }
    }
    parts
}

/// `"\x41\x42"` or `\x41\x42` as bytes.
fn bytes(text: &str) -> Result<Vec<u8>> {
    ensure!(!text.ends_with("..."), "the log cut a text short");
    let text = text.trim_matches('"');
    let digits = text.as_bytes();
    ensure!(digits.len().is_multiple_of(4), "not hexadecimal: {text:.40}");
    digits
        .chunks_exact(4)
        .map(|byte| {
            let high = char::from(byte[2]).to_digit(16);
            let low = char::from(byte[3]).to_digit(16);
            match (high, low) {
                (Some(high), Some(low)) => Ok((high * 16 + low) as u8),
                _ => bail!("not hexadecimal: {text:.40}"),
            }
        })
        .collect()
}

fn path(text: &str) -> Result<PathBuf> {
    Ok(PathBuf::from(String::from_utf8_lossy(&bytes(text)?).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
    }

    fn read(lines: &[String]) -> Vec<Event> {
        let mut reader = Reader::new(Path::new("/d"));
        for line in lines {
            reader.line(line).unwrap();
        }
        reader.into_events()
    }

    #[test]
    fn calls_become_events() {
        let db = hex("/d/a.db");
        let events = read(&[
            format!(
                "7 openat(AT_FDCWD<{}>, \"{db}\", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 4<{db}>",
                hex("/")
            ),
            format!("7 pwrite64(4<{db}>, \"{}\", 3, 4096) = 3", hex("a,)")),
            format!("7 fdatasync(4<{db}>) = 0"),
            format!("7 fsync(5<{}>) = 0", hex("/d")),
            format!("7 write(1<{}>, \"{}\", 4) = 4", hex("pipe:[1]"), hex("ack\n")),
            format!(
                "7 unlink(\"{}\") = -1 ENOENT (No such file or directory)",
                hex("/d/b")
            ),
            format!(
                "7 pwrite64(6<{}>, \"{}\", 1, 0) = 1",
                hex("/d/a.db-shm"),
                hex("x")
            ),
        ]);
        let name = || "a.db".to_owned();
        assert_eq!(
            events,
            [
                Event::Create { name: name() },
                Event::Write {
                    name: name(),
                    offset: 4096,
                    data: b"a,)".to_vec()
                },
                Event::Sync { name: name() },
                Event::SyncFolder,
                Event::Say { text: "ack\n".into() },
            ]
        );
    }

    #[test]
    fn an_interrupted_sync_counts_from_its_end_and_a_write_from_its_beginning() {
        let db = hex("/d/a.db");
        let events = read(&[
            format!("7 fdatasync(4<{db}> <unfinished ...>"),
            format!("8 pwrite64(4<{db}>, \"{}\", 1, 0 <unfinished ...>", hex("x")),
            "7 <... fdatasync resumed>) = 0".to_owned(),
            "8 <... pwrite64 resumed>) = 1".to_owned(),
        ]);
        assert!(matches!(events[0], Event::Write { .. }));
        assert!(matches!(events[1], Event::Sync { .. }));
        assert_eq!(events.len(), 2);
    }

    #[test]
    fn what_cannot_be_followed_is_an_error() {
        let line = format!("7 fallocate(4<{}>, 0, 0, 4096) = 0", hex("/d/a.db"));
        assert!(Reader::new(Path::new("/d")).line(&line).is_err());
    }
}
