//! Readers: threads with a connection each, beside the writer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::session::{Broken, Session};
use crate::tx::Raw;
use crate::writer::{Message, Work, panicked, pause};

/// How often a snapshot that the database interrupted is taken.
const TRIES: u32 = 3;

pub(crate) struct Reader<O> {
    pub intake: Arc<Mutex<Receiver<Message>>>,
    /// Opens a connection; done at the first use, since most processes never need all readers.
    pub open: O,
}

impl<O: Fn() -> Result<Session>> Reader<O> {
    pub fn run(self) {
        let mut session = None;
        loop {
            let message = self.intake.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Message::Unit(entry)) = message else { return };
            let mut work = entry.work;
            let verdict = self.serve(&mut session, work.as_mut());
            work.answer(verdict);
            if let Some(session) = &mut session {
                session.rollback();
            }
        }
    }

    fn serve(&self, slot: &mut Option<Session>, work: &mut dyn Work) -> Result<()> {
        let mut tries = 0;
        loop {
            let session = match slot {
                Some(session) => session,
                None => slot.insert((self.open)()?),
            };
            let verdict = snapshot(session, work);
            tries += 1;
            match session.broken() {
                Some(broken) if tries < TRIES => {
                    session.rollback();
                    if broken == Broken::Lost {
                        session.reconnect()?;
                    } else {
                        std::thread::sleep(pause(tries));
                    }
                }
                Some(Broken::Lost) => {
                    *slot = None;
                    return verdict;
                }
                _ => return verdict,
            }
        }
    }
}

fn snapshot(session: &mut Session, work: &mut dyn Work) -> Result<()> {
    session.begin_read()?;
    let raw = Raw { session, ids: None };
    catch_unwind(AssertUnwindSafe(|| work.run(raw))).unwrap_or_else(|panic| Err(panicked(&*panic)))
}
