//! Is everything that was acknowledged still there after a power cut?
//!
//! A killed process cannot tell: what it wrote lives on in the memory of the system. So the program is run
//! under `strace`, the log of its own writes and syncs is replayed on a [`disk`] that forgets, and at many
//! points of the log the folder is rebuilt as a crash may have left it: what was not synced is kept, dropped
//! or torn between sectors. Each rebuilt folder is opened as the product opens it. Nothing that was said to be
//! done may be missing, and the books must be in order.
//!
//! The same with `synchronous=NORMAL` must lose something; else the test could not see a loss.

mod disk;
mod trace;
mod work;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};

use anyhow::{Context, Result, ensure};
use testkit::Chance;

use crate::disk::{Disk, Fate};
use crate::trace::{Event, Reader};

/// So many different states must come through.
const STATES: usize = 600;
/// What is tried at each point.
const FATES: [Fate; 4] = [Fate::Lost, Fate::Kept, Fate::Torn, Fate::Torn];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["work", folder, level] => work::run(Path::new(folder), level),
        [] => test(),
        _ => {
            eprintln!("usage: crashtest");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crashtest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn test() -> Result<()> {
    let full = rebuilt("full", STATES)?;
    ensure!(
        full.states >= STATES,
        "only {} different states could be rebuilt",
        full.states
    );
    ensure!(
        full.problems.is_empty(),
        "a crash lost or damaged something:\n{}",
        full.problems.join("\n")
    );
    let normal = rebuilt("normal", STATES / 6)?;
    ensure!(
        normal.lost > 0,
        "nothing was lost with synchronous=NORMAL: the test is blind"
    );
    println!(
        "crash states: {} rebuilt, {} acts acknowledged, nothing lost; with synchronous=NORMAL {} of {} lose",
        full.states, full.acknowledged, normal.lost, normal.states
    );
    Ok(())
}

#[derive(Default)]
struct Outcome {
    states: usize,
    acknowledged: usize,
    lost: usize,
    problems: Vec<String>,
}

/// One rebuilt folder and what had been acknowledged by then.
struct State {
    folder: PathBuf,
    acknowledged: usize,
    point: usize,
    fate: Fate,
}

/// Runs the work at a level of durability, rebuilds about `wanted` crash states from its log and looks into
/// each.
fn rebuilt(level: &str, wanted: usize) -> Result<Outcome> {
    let home = tempfile::tempdir()?;
    let home_path = home.path().canonicalize()?;
    let books = home_path.join("books");
    work::prepare(&books)?;
    let mut disk = Disk::of(&books)?;
    let log = home_path.join("strace.log");
    trace_work(&books, level, &log)?;
    let events = read_log(&books, &log)?;
    let said: Vec<String> = events
        .iter()
        .filter_map(|event| match event {
            Event::Say { text } => Some(text.lines().map(str::to_owned).collect::<Vec<_>>()),
            _ => None,
        })
        .flatten()
        .collect();
    ensure!(said.len() > 100, "the work acknowledged only {} acts", said.len());
    let removes = events.iter().any(|event| matches!(event, Event::Unlink { .. }));
    ensure!(
        removes,
        "the write-ahead log was never moved into the file and removed"
    );

    let outcome = Mutex::new(Outcome {
        acknowledged: said.len(),
        ..Outcome::default()
    });
    let (sender, receiver) = sync_channel::<State>(4);
    let receiver = Mutex::new(receiver);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(state) = receiver.lock().ok().and_then(|queue| queue.recv().ok()) {
                    let found = work::look(&state.folder, &said[..state.acknowledged]);
                    let _ = std::fs::remove_dir_all(&state.folder);
                    if let Ok(mut outcome) = outcome.lock() {
                        note(&mut outcome, &state, found);
                    }
                }
            });
        }
        make_states(&mut disk, &events, wanted, (&home_path, sender))
    })?;
    outcome.into_inner().ok().context("a look into a state panicked")
}

fn note(outcome: &mut Outcome, state: &State, found: Result<()>) {
    outcome.states += 1;
    if let Err(problem) = found {
        outcome.lost += 1;
        if outcome.problems.len() < 10 {
            let (point, fate) = (state.point, state.fate);
            outcome
                .problems
                .push(format!("after event {point}, unsynced {fate:?}: {problem:#}"));
        }
    }
}

fn make_states(
    disk: &mut Disk,
    events: &[Event],
    wanted: usize,
    (home, sender): (&Path, SyncSender<State>),
) -> Result<()> {
    // Points are spread over the whole log. Some of their fates are equal, so more are tried than are wanted.
    let every = (events.len() * FATES.len() * 2 / (wanted * 3)).max(1);
    let mut chance = Chance::new(17);
    let mut seen = HashSet::new();
    let mut acknowledged = 0;
    for (point, event) in events.iter().enumerate() {
        disk.apply(event).with_context(|| format!("event {point}"))?;
        if let Event::Say { text } = event {
            acknowledged += text.lines().count();
        }
        if point % every != 0 && !matches!(event, Event::Unlink { .. }) {
            continue;
        }
        for fate in FATES {
            let folder = home.join(format!("state-{point}-{}", chance.draw()));
            std::fs::create_dir(&folder)?;
            disk.crash(fate, &mut chance, &folder)?;
            // The same contents with the same promises need one look only.
            if seen.insert((digest(&folder)?, acknowledged)) {
                let sent = sender.send(State {
                    folder,
                    acknowledged,
                    point,
                    fate,
                });
                sent.ok().context("nobody looks into the states any more")?;
            } else {
                std::fs::remove_dir_all(&folder)?;
            }
        }
    }
    Ok(())
}

fn digest(folder: &Path) -> Result<u64> {
    let mut names: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.path());
    }
    names.sort();
    let mut hasher = DefaultHasher::new();
    for path in names {
        path.file_name().hash(&mut hasher);
        std::fs::read(&path)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn trace_work(books: &Path, level: &str, log: &Path) -> Result<()> {
    let program = std::env::current_exe()?;
    let output = Command::new("strace")
        .args(["-f", "-y", "-xx", "-s", "10000000", "-e", "signal=none", "-e"])
        .arg(format!("trace={}", trace::CALLS))
        .arg("-o")
        .arg(log)
        .arg(program)
        .args(["work".as_ref(), books.as_os_str(), level.as_ref()])
        .output()
        .context("strace does not run; scripts/setup installs it")?;
    ensure!(
        output.status.success(),
        "the work failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

fn read_log(books: &Path, log: &Path) -> Result<Vec<Event>> {
    let mut reader = Reader::new(books);
    for line in BufReader::new(std::fs::File::open(log)?).lines() {
        let line = line?;
        reader
            .line(&line)
            .with_context(|| line.chars().take(120).collect::<String>())?;
    }
    Ok(reader.into_events())
}
