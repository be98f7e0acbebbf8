//! Routes that belong to no slice above `kit`: session, set-up, users, companies, texts, checks.

mod check;
mod company;
mod session;
mod setup;
mod texts;
mod users;

use std::sync::{LazyLock, mpsc};

use db::SystemTx;
use kit::{AppState, Ctx, Problem};
use tokio::sync::oneshot;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Stop;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(session::read_session, session::log_in, session::log_out))
        .routes(routes!(session::choose_company))
        .routes(routes!(session::set_language))
        .routes(routes!(session::change_password))
        .routes(routes!(setup::set_up))
        .routes(routes!(users::list_users, users::add_user))
        .routes(routes!(users::change_user))
        .routes(routes!(company::read_company, company::change_company))
        .routes(routes!(company::add_company))
        .routes(routes!(company::read_lock_date, company::set_lock_date))
        .routes(routes!(texts::texts))
        .routes(routes!(check::run_check))
        .routes(routes!(check::list_check_runs, check::start_check_run))
        .routes(routes!(check::get_check_run))
        .routes(routes!(check::check_rows))
}

type Work = Box<dyn FnOnce() + Send>;

/// One thread hashes for all: each hash takes some 19 MB for a while, and an allocator keeps that much for
/// every thread that ever did.
static HASHING: LazyLock<mpsc::Sender<Work>> = LazyLock::new(|| {
    let (sender, intake) = mpsc::channel::<Work>();
    let spawned = std::thread::Builder::new()
        .name("hashing".to_owned())
        .spawn(move || {
            while let Ok(work) = intake.recv() {
                work();
            }
        });
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread to hash passwords on");
    }
    sender
});

/// Runs what takes long and touches no database, away from the threads that serve.
async fn heavy<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> db::Result<T> {
    let (reply, answer) = oneshot::channel();
    let work: Work = Box::new(move || drop(reply.send(work())));
    HASHING.send(work).map_err(db::Error::fault)?;
    answer.await.map_err(db::Error::fault)
}

/// An act of administration: its writes and its audit row in one commit.
async fn administer<T: Send + 'static>(
    ctx: &Ctx,
    act: &'static str,
    unit: impl Fn(&mut SystemTx<'_>, &kit::Meta) -> db::Result<(T, (&'static str, i64))> + Send + 'static,
) -> Result<T, Problem> {
    let meta = ctx.meta();
    let work = move |tx: &mut SystemTx<'_>| {
        let (done, subject) = unit(tx, &meta)?;
        kit::audit::record(&mut tx.in_company(meta.company.id)?, &meta, act, subject, "")?;
        Ok(done)
    };
    ctx.db
        .system_write(work)
        .await
        .map_err(|error| ctx.problem(error))
}

/// What a handler answers that may end in more ways than a [`Problem`].
type Outcome<T> = Result<T, Stop>;
