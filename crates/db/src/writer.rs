//! The one writer of a process: units queue up, each in its own savepoint, and share a commit.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use crate::error::{Error, Fault, FaultKind, Result};
use crate::session::{Begun, Broken, Session};
use crate::tx::{Ids, Raw};
use crate::value::Value;

/// A commit serves at most this many units …
const GROUP: usize = 32;
/// … or this much work, whichever comes first.
const GROUP_TIME: Duration = Duration::from_millis(20);
/// How often a batch that conflicts with others is tried.
const TRIES: u32 = 6;
/// Identities reserved at once.
const BLOCK: i64 = 1 << 20;

const RESERVE: &str = "INSERT INTO id_block (id, next_id) VALUES (1, $1) \
     ON CONFLICT (id) DO UPDATE SET next_id = id_block.next_id + $2 RETURNING next_id";

/// Something to run in a transaction whose result somebody waits for.
pub(crate) trait Work: Send {
    fn run(&mut self, raw: Raw<'_>) -> Result<()>;
    fn answer(self: Box<Self>, verdict: Result<()>);
}

pub(crate) struct Waiting<T, F> {
    pub unit: F,
    pub result: Option<T>,
    pub reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: Fn(Raw<'_>) -> Result<T> + Send> Work for Waiting<T, F> {
    fn run(&mut self, raw: Raw<'_>) -> Result<()> {
        self.result = Some((self.unit)(raw)?);
        Ok(())
    }

    fn answer(self: Box<Self>, verdict: Result<()>) {
        let missing = || Error::fault("a unit ended without a result");
        let Waiting { result, reply, .. } = *self;
        // Whoever asked may have gone away; the work stands all the same.
        let _ = reply.send(verdict.and_then(|()| result.ok_or_else(missing)));
    }
}

pub(crate) enum Message {
    Unit(Entry),
    Stop,
}

pub(crate) struct Entry {
    /// The company, 0 for none.
    pub company: i64,
    /// Run it, give the result, and undo it.
    pub preview: bool,
    pub work: Box<dyn Work>,
}

struct Slot {
    entry: Entry,
    verdict: Result<()>,
    /// It took the transaction down: left out when the batch is run again.
    out: bool,
    /// A pushed write of it failed after it was let go: waited for when run again.
    careful: bool,
}

impl Slot {
    fn new(entry: Entry) -> Slot {
        Slot {
            entry,
            verdict: Ok(()),
            out: false,
            careful: false,
        }
    }
}

/// Why an attempt at a batch did not get to its commit.
enum Halt {
    /// Run it again: one unit is now marked.
    Again,
    /// Run it again after a pause.
    Conflict(Fault),
    Lost(Fault),
    /// Run it again, and wait for the unit at this place before it is kept.
    Earlier(usize, Fault),
    /// Nobody's unit can be done.
    Failed(Fault),
}

pub(crate) struct Writer {
    pub session: Session,
    pub ids: Ids,
    /// The first identity of a new database.
    pub first_id: i64,
    pub intake: Receiver<Message>,
    pub backlog: VecDeque<Entry>,
    pub stopping: bool,
    pub commits: watch::Sender<u64>,
}

impl Writer {
    /// Serves until every handle is gone or `Stop` arrives; what is queued by then is still done.
    pub fn run(mut self) {
        while let Some(entry) = self.next() {
            if let Err(error) = self.reserve_ids() {
                tracing::warn!(%error, "identities could not be reserved");
            }
            self.batch(entry);
            self.session.tidy();
        }
    }

    fn next(&mut self) -> Option<Entry> {
        self.collect();
        if let Some(entry) = self.backlog.pop_front() {
            return Some(entry);
        }
        if self.stopping {
            return None;
        }
        match self.intake.recv() {
            Ok(Message::Unit(entry)) => Some(entry),
            Ok(Message::Stop) => {
                self.stopping = true;
                self.next()
            }
            Err(_) => None,
        }
    }

    /// Moves what is queued into the backlog without waiting.
    fn collect(&mut self) {
        loop {
            match self.intake.try_recv() {
                Ok(Message::Unit(entry)) => self.backlog.push_back(entry),
                Ok(Message::Stop) => self.stopping = true,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return,
            }
        }
    }

    /// Adds a waiting unit to the batch if there is one that fits.
    fn more(&mut self, slots: &mut Vec<Slot>, began: Instant) -> bool {
        if slots.len() >= GROUP || began.elapsed() >= GROUP_TIME {
            return false;
        }
        self.collect();
        let company = slots.first().map(|slot| slot.entry.company);
        let any_company = !self.session.is_postgres();
        let fits = |entry: &Entry| any_company || Some(entry.company) == company;
        let Some(at) = self.backlog.iter().position(fits) else {
            return false;
        };
        slots.extend(self.backlog.remove(at).map(Slot::new));
        true
    }

    /// Takes a new block when less than half of one is left.
    pub fn reserve_ids(&mut self) -> Result<()> {
        if self.ids.end - self.ids.next >= BLOCK / 2 {
            return Ok(());
        }
        let mut tries = 0;
        loop {
            match self.try_reserve() {
                Ok(end) => {
                    self.ids = Ids {
                        next: end - BLOCK,
                        end,
                    };
                    return Ok(());
                }
                Err(error) => {
                    let broken = self.session.broken();
                    self.session.rollback();
                    tries += 1;
                    if broken.is_none() || tries == TRIES {
                        return Err(error);
                    }
                    if broken == Some(Broken::Lost) {
                        self.session.reconnect()?;
                    }
                }
            }
        }
    }

    fn try_reserve(&mut self) -> Result<i64> {
        self.session.begin_plain()?;
        let mut end = None;
        let params = [Value::from(self.first_id + BLOCK), Value::from(BLOCK)];
        self.session.query(RESERVE, None, &params, &mut |row| {
            end = Some(row.get(0)?);
            Ok(())
        })?;
        self.session.commit()?;
        end.ok_or_else(|| Error::fault("no block of identities was given"))
    }

    /// Runs a batch to its end, whatever comes, and answers every unit in it.
    fn batch(&mut self, first: Entry) {
        let mut slots = vec![Slot::new(first)];
        let began = Instant::now();
        // One number for all attempts: what was committed before a connection broke is found under
        // it, and what arrives late on the old connection fails on it.
        let number = random_number();
        let mut tries = 0;
        let mut certain = false;
        let failure = loop {
            let halt = match self.attempt(&mut slots, number, certain, began) {
                Ok(()) => break None,
                Err(halt) => halt,
            };
            self.session.rollback();
            tries += u32::from(matches!(halt, Halt::Conflict(_) | Halt::Lost(_)));
            match halt {
                Halt::Again => {}
                Halt::Failed(fault) => break Some(fault),
                Halt::Conflict(fault) | Halt::Lost(fault) if tries == TRIES => break Some(fault),
                // Statements of no unit, or a unit that was waited for: running again changes nothing.
                Halt::Earlier(place, fault) => match slots.get_mut(place) {
                    Some(slot) if !slot.careful => slot.careful = true,
                    _ => break Some(fault),
                },
                Halt::Conflict(_) => std::thread::sleep(pause(tries)),
                Halt::Lost(fault) => {
                    tracing::warn!(%fault, "the connection to the database broke");
                    if self.session.reconnect().is_err() {
                        break Some(fault);
                    }
                    certain = true;
                }
            }
        };
        self.answer(slots, failure);
    }

    fn answer(&mut self, slots: Vec<Slot>, failure: Option<Fault>) {
        let mut committed = false;
        for slot in slots {
            let verdict = match &failure {
                Some(fault) if !slot.out => Err(Fault::new(fault.kind().clone(), fault.to_string()).into()),
                _ => slot.verdict,
            };
            committed |= failure.is_none() && !slot.entry.preview;
            slot.entry.work.answer(verdict);
        }
        if committed {
            self.commits.send_modify(|count| *count += 1);
        }
    }

    fn attempt(
        &mut self,
        slots: &mut Vec<Slot>,
        number: i64,
        certain: bool,
        began: Instant,
    ) -> Result<(), Halt> {
        let company = slots[0].entry.company;
        match self.session.begin(company, number, certain) {
            Ok(Begun::Open) => {}
            Ok(Begun::Committed) => return Ok(()),
            Err(error) => return Err(self.halt(error)),
        }
        let mut at = 0;
        loop {
            if !slots[at].out && self.slot(slots, at, began)? {
                return Ok(());
            }
            at += 1;
            if at == slots.len() && !self.more(slots, began) {
                break;
            }
        }
        self.session.commit().map_err(|error| self.halt(error))
    }

    /// Runs one unit; true when the batch was committed together with it.
    fn slot(&mut self, slots: &mut Vec<Slot>, at: usize, began: Instant) -> Result<bool, Halt> {
        self.session.savepoint(at).map_err(|error| self.halt(error))?;
        let raw = Raw {
            session: &mut self.session,
            ids: Some(&mut self.ids),
        };
        let slot = &mut slots[at];
        let ran = catch_unwind(AssertUnwindSafe(|| slot.entry.work.run(raw)));
        let mut verdict = ran.unwrap_or_else(|panic| Err(panicked(&*panic)));
        let (preview, careful) = (slot.entry.preview, slot.careful);
        if preview || matches!(verdict, Err(Error::Refused(_))) {
            // A write that failed unnoticed is a fault, whatever the unit made of it.
            verdict = self.session.settle().and(verdict);
        } else if verdict.is_ok() {
            let last = at + 1 == slots.len() && !self.more(slots, began);
            if last && !careful && self.session.commits_in_one_step() {
                slots[at].verdict = Ok(());
                return match self.session.release_and_commit() {
                    Ok(()) => Ok(true),
                    Err(error) if self.session.broken().is_some() => Err(self.halt(error)),
                    Err(_) => {
                        slots[at].careful = true;
                        Err(Halt::Again)
                    }
                };
            }
            verdict = self.session.release(careful);
        }
        if preview || verdict.is_err() {
            verdict = self.undo(verdict, at, &mut slots[at])?;
        }
        slots[at].verdict = verdict;
        Ok(false)
    }

    /// Undoes a unit, and writes the evidence of a refusal in its place.
    fn undo(&mut self, verdict: Result<()>, at: usize, slot: &mut Slot) -> Result<Result<()>, Halt> {
        if self.session.broken().is_some() {
            return Err(self.halt(verdict.err().unwrap_or_else(|| Error::fault("interrupted"))));
        }
        if !self.session.in_transaction() {
            slot.verdict = verdict;
            slot.out = true;
            return Err(Halt::Again);
        }
        self.session.undo().map_err(|error| self.halt(error))?;
        let Err(Error::Refused(refused)) = &verdict else {
            return Ok(verdict);
        };
        if slot.entry.preview || refused.evidence.is_empty() {
            return Ok(verdict);
        }
        let company = (slot.entry.company != 0).then_some(slot.entry.company);
        self.session.savepoint(at).map_err(|error| self.halt(error))?;
        let mut kept = Ok(());
        for (sql, params) in &refused.evidence {
            kept = kept.and_then(|()| self.session.push(sql.text(), sql.name(), company, params.clone()));
        }
        let Err(error) = kept.and_then(|()| self.session.release(true)) else {
            return Ok(verdict);
        };
        // Without its evidence the refusal is not complete: the caller learns of a fault instead.
        self.undo(
            Err(Error::fault(error).context("the evidence of a refusal")),
            at,
            slot,
        )
    }

    fn halt(&mut self, error: Error) -> Halt {
        let fault = match error {
            Error::Fault(fault) => fault,
            Error::Refused(refused) => Fault::new(FaultKind::Other, refused.refusal.to_string()),
        };
        match self.session.broken() {
            Some(Broken::Lost) => Halt::Lost(fault),
            Some(Broken::Conflict) => Halt::Conflict(fault),
            Some(Broken::Earlier(place)) => Halt::Earlier(place, fault),
            None => Halt::Failed(fault),
        }
    }
}

pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_owned());
    Error::of(FaultKind::Panic, format!("a unit panicked: {message}"))
}

/// Positive, so that it reads well in the table.
fn random_number() -> i64 {
    let random = getrandom::u64().unwrap_or_else(|_| {
        // No source of randomness: the clock is distinct enough for a name.
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(1, |since| since.as_nanos() as u64)
    });
    (random >> 1) as i64
}

/// Doubling, with jitter, so that two who collided do not collide again.
pub(crate) fn pause(tries: u32) -> Duration {
    let base = 10_u64 << tries.min(6);
    Duration::from_millis(base / 2 + random_number() as u64 % base)
}
