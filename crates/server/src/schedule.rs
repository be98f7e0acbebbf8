//! Looks after what falls due by the passing of time or by what others did: the planner of settlement periods
//! is woken for every company and documents that wait for credit are tested again, after commits and once a minute. What is owed is a row, so a pause of any length is made good.
//! Once a day answers kept for repeated requests are forgotten.

use std::sync::Arc;
use std::time::Duration;

use access::Role;
use kit::{AppState, Meta};
use tokio::sync::watch;

/// The shortest time between two looks.
const REST: Duration = Duration::from_secs(5);
/// The longest time between two looks.
const PATIENCE: Duration = Duration::from_secs(60);

const DAY: i64 = 86_400;

/// Runs until `stop`.
pub async fn run(app: AppState, mut stop: watch::Receiver<bool>) {
    let mut commits = app.db.on_commit();
    let mut tidied = None;
    while !*stop.borrow() {
        commits.borrow_and_update();
        if let Err(error) = look(&app).await {
            tracing::error!(%error, "the planner could not be woken; tried again in a minute");
        }
        let now = (app.clock)();
        if tidied.is_none_or(|last: base::Instant| last.plus_seconds(DAY) <= now) {
            tidied = Some(now);
            if let Err(error) = tidy(&app).await {
                tracing::warn!(%error, "old answers could not be forgotten; tried again tomorrow");
            }
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(REST) => {}
        }
        tokio::select! {
            _ = stop.changed() => return,
            _ = commits.changed() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
}

/// One look at every company, in the name of its first active owner.
async fn look(app: &AppState) -> db::Result<()> {
    let now = (app.clock)();
    let found = app.db.system_read(|tx| {
        let companies = access::companies(tx)?;
        let with_owner = companies.into_iter().map(|company| {
            let members = access::members(tx, company.id)?;
            let owner = members
                .into_iter()
                .find(|member| member.active && member.role == Role::Owner);
            Ok(owner.map(|owner| (company, owner.id)))
        });
        with_owner.collect::<db::Result<Vec<_>>>()
    });
    for (company, owner) in found.await?.into_iter().flatten() {
        let lang = company.language;
        let meta = Meta::new(Arc::new(company), owner, now, lang);
        statements::wake(&app.db, &meta).await?;
        receivables::wake(&app.db, &meta).await?;
        sales::release_waiting(&app.db, &meta).await?;
    }
    Ok(())
}

async fn tidy(app: &AppState) -> db::Result<()> {
    let now = (app.clock)();
    for company in app.db.system_read(access::companies).await? {
        app.db
            .write(company.id, move |tx| kit::forget_answers(tx, now))
            .await?;
    }
    Ok(())
}
