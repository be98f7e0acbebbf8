//! A disk that forgets: what a file system may hold after a power cut, given what was written and what was synced.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::trace::Event;
use testkit::Chance;

/// Writes reach a disk in sectors; a sector is there whole or not at all.
const SECTOR: u64 = 512;

#[derive(Clone, Debug)]
enum Change {
    Write { offset: u64, data: Vec<u8> },
    Truncate { length: u64 },
}

#[derive(Clone, Default)]
struct File {
    /// What is on disk for certain.
    synced: Vec<u8>,
    /// What was done since, in order.
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Entry {
    Made { name: String, file: usize },
    Gone { name: String },
}

/// What becomes of that which was not synced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// All of it is lost.
    Lost,
    /// All of it reached the disk.
    Kept,
    /// Each write is kept, dropped or torn between sectors, by chance.
    Torn,
}

#[derive(Default)]
pub struct Disk {
    files: Vec<File>,
    /// The folder as programs see it, as it is on disk for certain, and what was changed in between.
    seen: BTreeMap<String, usize>,
    synced: BTreeMap<String, usize>,
    pending: Vec<Entry>,
}

impl Disk {
    /// Begins with a folder's files, all of them on disk.
    pub fn of(folder: &Path) -> Result<Disk> {
        let mut disk = Disk::default();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry
                .file_name()
                .into_string()
                .ok()
                .context("a file name that is no text")?;
            if !entry.file_type()?.is_file() || name.ends_with("-shm") || name.ends_with(".lock") {
                continue;
            }
            disk.synced.insert(name.clone(), disk.files.len());
            disk.files.push(File {
                synced: std::fs::read(entry.path())?,
                pending: Vec::new(),
            });
        }
        disk.seen = disk.synced.clone();
        Ok(disk)
    }

    pub fn apply(&mut self, event: &Event) -> Result<()> {
        match event {
            Event::Create { name } => {
                if !self.seen.contains_key(name) {
                    let file = self.files.len();
                    self.files.push(File::default());
                    self.seen.insert(name.clone(), file);
                    self.pending.push(Entry::Made {
                        name: name.clone(),
                        file,
                    });
                }
            }
            Event::Write { name, offset, data } => {
                let change = Change::Write {
                    offset: *offset,
                    data: data.clone(),
                };
                self.file(name)?.pending.push(change);
            }
            Event::Truncate { name, length } => {
                self.file(name)?
                    .pending
                    .push(Change::Truncate { length: *length });
            }
            Event::Sync { name } => {
                let file = self.file(name)?;
                let pending = std::mem::take(&mut file.pending);
                for change in &pending {
                    change.apply(&mut file.synced, |_| true);
                }
            }
            Event::SyncFolder => {
                self.pending.clear();
                self.synced = self.seen.clone();
            }
            Event::Unlink { name } => {
                self.seen
                    .remove(name)
                    .with_context(|| format!("{name} was removed but never made"))?;
                self.pending.push(Entry::Gone { name: name.clone() });
            }
            Event::Say { .. } => {}
        }
        Ok(())
    }

    fn file(&mut self, name: &str) -> Result<&mut File> {
        let index = self
            .seen
            .get(name)
            .with_context(|| format!("{name} was written but never made"))?;
        Ok(&mut self.files[*index])
    }

    /// Writes into an empty folder what a crash of this moment may leave.
    pub fn crash(&self, fate: Fate, chance: &mut Chance, folder: &Path) -> Result<()> {
        // A journal of entries is kept up to some point: never a later one without those before it.
        let kept_entries = match fate {
            Fate::Lost => 0,
            Fate::Kept => self.pending.len(),
            Fate::Torn => chance.below(self.pending.len() as u64 + 1) as usize,
        };
        let mut names = self.synced.clone();
        for entry in &self.pending[..kept_entries] {
            match entry {
                Entry::Made { name, file } => names.insert(name.clone(), *file),
                Entry::Gone { name } => names.remove(name),
            };
        }
        for (name, index) in names {
            let file = &self.files[index];
            let mut contents = file.synced.clone();
            for change in &file.pending {
                match fate {
                    Fate::Lost => {}
                    Fate::Kept => change.apply(&mut contents, |_| true),
                    Fate::Torn => match chance.below(3) {
                        0 => {}
                        1 => change.apply(&mut contents, |_| true),
                        _ => change.apply(&mut contents, |_| chance.below(2) == 0),
                    },
                }
            }
            std::fs::write(folder.join(name), contents)?;
        }
        Ok(())
    }
}

impl Change {
    /// Puts the change into `contents`, sector by sector where `keeps` says so.
    fn apply(&self, contents: &mut Vec<u8>, mut keeps: impl FnMut(u64) -> bool) {
        match self {
            Change::Truncate { length } => {
                if keeps(0) {
                    contents.resize(*length as usize, 0);
                }
            }
            Change::Write { offset, data } => {
                let end = offset + data.len() as u64;
                let mut from = *offset;
                while from < end {
                    let to = end.min((from / SECTOR + 1) * SECTOR);
                    if keeps(from / SECTOR) {
                        if contents.len() < to as usize {
                            contents.resize(to as usize, 0);
                        }
                        let part = &data[(from - offset) as usize..(to - offset) as usize];
                        contents[from as usize..to as usize].copy_from_slice(part);
                    }
                    from = to;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(offset: u64, data: &[u8]) -> Event {
        Event::Write {
            name: "f".into(),
            offset,
            data: data.to_vec(),
        }
    }

    fn after(events: &[Event], fate: Fate, seed: u64) -> Option<Vec<u8>> {
        let mut disk = Disk::default();
        for event in events {
            disk.apply(event).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        disk.crash(fate, &mut Chance::new(seed), folder.path()).unwrap();
        std::fs::read(folder.path().join("f")).ok()
    }

    #[test]
    fn only_what_was_synced_is_certain() {
        let made = Event::Create { name: "f".into() };
        let sync = Event::Sync { name: "f".into() };
        let events = [
            made.clone(),
            Event::SyncFolder,
            write(0, b"one"),
            sync.clone(),
            write(3, b"two"),
        ];
        assert_eq!(after(&events, Fate::Lost, 1).unwrap(), b"one");
        assert_eq!(after(&events, Fate::Kept, 1).unwrap(), b"onetwo");
        assert_eq!(after(&[made, write(0, b"one"), sync], Fate::Lost, 1), None);
    }

    #[test]
    fn a_torn_write_keeps_whole_sectors() {
        let events = [
            Event::Create { name: "f".into() },
            Event::SyncFolder,
            write(100, &[7; 3000]),
        ];
        let mut lengths = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let contents = after(&events, Fate::Torn, seed).unwrap();
            lengths.insert(contents.len());
            for (sector, bytes) in contents.chunks(SECTOR as usize).enumerate() {
                let written = &bytes[if sector == 0 { 100.min(bytes.len()) } else { 0 }..];
                assert!(written.iter().all(|byte| *byte == 7) || written.iter().all(|byte| *byte == 0));
            }
        }
        assert!(lengths.len() > 3, "{lengths:?}");
    }

    #[test]
    fn a_removed_file_may_come_back() {
        let events = [
            Event::Create { name: "f".into() },
            Event::SyncFolder,
            write(0, b"x"),
            Event::Sync { name: "f".into() },
            Event::Unlink { name: "f".into() },
        ];
        assert_eq!(after(&events, Fate::Lost, 1).unwrap(), b"x");
        assert_eq!(after(&events, Fate::Kept, 1), None);
    }
}
