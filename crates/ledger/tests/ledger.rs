//! The ledger on both databases: a random walk of entries, allocations and undos, with the
//! invariants after every act and the figures of past days against an independent count.

use std::sync::Arc;

use access::{Company, NewCompany, NewUser};
use base::{Chance, Currency, Day, Instant, Zone};
use db::{Db, Tx};
use i18n::Lang;
use kit::Meta;
use ledger::{
    AccountId, ActRef, Allocate, AllocationId, DocRef, EntryId, EntryKind, Instalment, NewEntry, OpenItem,
    OwedPart, PlanId, Side,
};

struct Books {
    db: Db,
    company: Arc<Company>,
    account: AccountId,
    now: Instant,
}

impl Books {
    async fn set_up(db: Db) -> Books {
        let now = Instant::parse("2026-01-05T01:00:00Z").unwrap();
        let company = NewCompany {
            code: "T1".into(),
            name: "测试公司".into(),
            currency: Currency::named("CNY").unwrap(),
            zone: Zone::named("Asia/Shanghai").unwrap(),
            language: Lang::ZhHans,
        };
        let owner = NewUser {
            login: "owner".into(),
            name: "Owner".into(),
            password_hash: "-".into(),
            language: Lang::En,
        };
        let (id, _) = db
            .system_write(move |tx| access::install(tx, now, &company, &owner))
            .await
            .unwrap();
        let company = Arc::new(db.system_read(move |tx| access::company(tx, id)).await.unwrap());
        let meta = Meta::new(company.clone(), base::UserId::new(1), now, Lang::En);
        let account = db
            .write(id, move |tx| {
                let customer = parties::insert(tx, &meta, customer("C1"))?;
                let currency = meta.company.currency;
                let schedule = ledger::Schedule::read("monthly:-1", "cutoff+30", 3)?;
                ledger::open_account(tx, customer, currency, meta.today, &schedule, None)
            })
            .await
            .unwrap();
        Books {
            db,
            company,
            account,
            now,
        }
    }

    fn meta(&self) -> Meta {
        Meta::new(self.company.clone(), base::UserId::new(1), self.now, Lang::En)
    }

    async fn write<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Meta) -> db::Result<T> + Send + 'static,
    ) -> db::Result<T> {
        let meta = self.meta();
        self.db.write(self.company.id, move |tx| act(tx, &meta)).await
    }

    async fn append(&self, kind: EntryKind, amount: i64, day: Day) -> EntryId {
        let account = self.account;
        self.write(move |tx, meta| {
            let mut row = ledger::lock_account(tx, account)?;
            let no = DocRef {
                kind: "test",
                id: day.day().into(),
                no: format!("{day}"),
            };
            ledger::append(tx, meta, &mut row, NewEntry::new(kind, amount, day, no))
        })
        .await
        .unwrap()
    }

    async fn parts(&self) -> Vec<OwedPart> {
        let account = self.account;
        let read = self.db.read(self.company.id, move |tx| {
            ledger::owed_parts(tx, account, Day::EPOCH)
        });
        read.await.unwrap()
    }

    async fn allocate(&self, wanted: Vec<Allocate>) -> db::Result<Vec<AllocationId>> {
        let account = self.account;
        self.write(move |tx, meta| {
            let mut row = ledger::lock_account(tx, account)?;
            ledger::allocate(
                tx,
                meta,
                &mut row,
                ActRef {
                    kind: "manual",
                    id: 1,
                },
                &wanted,
                "",
            )
        })
        .await
    }

    async fn undo(&self, allocation: AllocationId) -> db::Result<()> {
        let account = self.account;
        self.write(move |tx, meta| {
            let mut row = ledger::lock_account(tx, account)?;
            ledger::undo_allocation(tx, meta, &mut row, allocation, "typed wrong")
        })
        .await
    }

    async fn open(&self, side: Side) -> Vec<OpenItem> {
        let account = self.account;
        self.db
            .read(self.company.id, move |tx| ledger::open_items(tx, account, side))
            .await
            .unwrap()
    }

    async fn assert_sound(&self, when: &str) {
        let findings = self
            .db
            .read(self.company.id, |tx| kit::check::run(tx, ledger::CHECKS))
            .await
            .unwrap();
        for finding in findings {
            assert_eq!(
                finding.count, 0,
                "{when}: {} {:?}",
                finding.name, finding.examples
            );
        }
    }
}

fn customer(code: &str) -> parties::NewCustomer {
    let cny = Currency::named("CNY").unwrap();
    parties::NewCustomer {
        code: code.into(),
        ..parties::NewCustomer::named(code, cny, Lang::ZhHans)
    }
}

#[test]
fn a_random_walk_keeps_every_invariant_at_every_date() {
    for seed in [1, 2] {
        db::testing::both(move |db| walk(db, seed));
    }
}

async fn walk(db: Db, seed: u64) {
    let mut books = Books::set_up(db).await;
    let mut chance = Chance::new(seed);
    let mut entries: Vec<(Day, i64)> = Vec::new();
    let mut allocations: Vec<AllocationId> = Vec::new();
    for step in 0..60 {
        let today = books.meta().today;
        match chance.below(12) {
            0..=2 => {
                let day = today.plus(-(chance.below(20) as i64));
                let amount = 1 + chance.below(50_000) as i64;
                books.append(EntryKind::Sale, amount, day).await;
                entries.push((day, amount));
            }
            3..=4 => {
                let day = today.plus(-(chance.below(20) as i64));
                let amount = -(1 + chance.below(60_000) as i64);
                books.append(EntryKind::Receipt, amount, day).await;
                entries.push((day, amount));
            }
            5..=7 => {
                let (debits, credits) = (books.open(Side::Debit).await, books.open(Side::Credit).await);
                let wanted = some_pairs(&debits, &credits, &mut chance);
                if !wanted.is_empty() {
                    allocations.extend(books.allocate(wanted).await.unwrap());
                }
            }
            8 if !allocations.is_empty() => {
                let at = chance.below(allocations.len() as u64) as usize;
                books.undo(allocations.swap_remove(at)).await.unwrap();
            }
            9 => agree(&books, &mut chance, step).await,
            _ => books.now = books.now.plus_seconds(86_400 * (1 + chance.below(90) as i64)),
        }
        books.assert_sound(&format!("seed {seed} step {step}")).await;
    }
    // I2 for many dates: the report's balance against a plain sum, and its two sides against it.
    for offset in 0..40 {
        let day = books.meta().today.plus(-offset * 11);
        let counted: i64 = entries
            .iter()
            .filter(|(date, _)| *date <= day)
            .map(|(_, amount)| amount)
            .sum();
        let balances = books
            .db
            .read(books.company.id, move |tx| ledger::balances_as_of(tx, day))
            .await
            .unwrap();
        assert_eq!(balances[0].balance, counted, "seed {seed} at {day}");
        assert_eq!(
            balances[0].open_debit - balances[0].open_credit,
            counted,
            "seed {seed} at {day}"
        );
        assert!(balances[0].open_debit >= 0 && balances[0].open_credit >= 0);
    }
}

/// Ends what plan there is, or puts all that is owed on one of three rows.
async fn agree(books: &Books, chance: &mut Chance, plan: i64) {
    let parts = books.parts().await;
    let (account, days) = (books.account, 1 + chance.below(40) as i64);
    books
        .write(move |tx, meta| {
            let row = ledger::lock_account(tx, account)?;
            let live = parts.iter().find_map(|part| part.plan);
            if let Some(live) = live {
                ledger::end_instalments(tx, meta, &row, live)?;
            }
            let items = ledger::open_items(tx, account, Side::Debit)?;
            let total: i64 = items.iter().map(|item| item.open).sum();
            if live.is_some() && plan % 2 == 0 || total < 3 {
                return Ok(());
            }
            let entries: Vec<EntryId> = items.iter().map(|item| item.entry).collect();
            let rows = thirds(total, meta.today, days);
            ledger::agree_instalments(tx, meta, &row, PlanId::new(1_000 + plan), &entries, &rows)
        })
        .await
        .unwrap();
}

fn thirds(total: i64, from: Day, days: i64) -> Vec<Instalment> {
    let third = total / 3;
    [third, third, total - 2 * third]
        .into_iter()
        .zip(1..)
        .map(|(amount, n)| Instalment {
            due_date: from.plus(n * days),
            amount,
            missed_from: Some(from.plus(n * days + 5)),
        })
        .collect()
}

#[test]
fn a_plan_splits_what_is_open_and_its_rows_are_filled_in_order() {
    db::testing::both(|db| async move {
        let books = Books::set_up(db).await;
        let today = books.meta().today;
        let first = books.append(EntryKind::Sale, 6_000, today).await;
        let second = books.append(EntryKind::Sale, 4_000, today).await;
        let money = books.append(EntryKind::Receipt, -5_000, today).await;
        let account = books.account;
        let before = books.parts().await;
        let rows = thirds(10_000, today, 30);
        let agree = move |rows: Vec<Instalment>| books_plan(account, vec![first, second], rows);
        let refused = books.write(agree(thirds(9_999, today, 30))).await.unwrap_err();
        assert_eq!(refused.refusal().unwrap().code, "ledger.instalments_differ");
        books.write(agree(rows.clone())).await.unwrap();
        let refused = books.write(agree(rows)).await.unwrap_err();
        assert_eq!(refused.refusal().unwrap().code, "ledger.item_on_plan");
        let split = |parts: Vec<OwedPart>| -> Vec<(EntryId, i64, i64, i64)> {
            let part = |part: &OwedPart| (part.entry, part.row, part.open, part.due_date.since(today));
            parts.iter().map(part).collect()
        };
        let whole = [
            (first, 1, 3_333, 30),
            (first, 2, 2_667, 60),
            (second, 2, 666, 60),
            (second, 3, 3_334, 90),
        ];
        assert_eq!(split(books.parts().await), whole);
        books.assert_sound("agreed").await;
        // More than the first row fills the next one.
        let paid = Allocate {
            debit: first,
            credit: money,
            amount: 4_000,
            effective: None,
        };
        let made = books.allocate(vec![paid]).await.unwrap();
        assert_eq!(split(books.parts().await)[0], (first, 2, 2_000, 60));
        let due = books.open(Side::Debit).await[0].due_date;
        assert_eq!(due, today.plus(60));
        assert!(!books.parts().await[0].is_missed(today.plus(64)));
        assert!(books.parts().await[0].is_missed(today.plus(65)));
        books.assert_sound("paid").await;
        books.undo(made[0]).await.unwrap();
        assert_eq!(split(books.parts().await), whole);
        let end = move |tx: &mut Tx<'_>, meta: &Meta| {
            let row = ledger::lock_account(tx, account)?;
            ledger::end_instalments(tx, meta, &row, PlanId::new(7))
        };
        assert_eq!(books.write(end).await.unwrap(), [first, second]);
        assert_eq!(split(books.parts().await), split(before));
        books.assert_sound("ended").await;
    });
}

fn books_plan(
    account: AccountId,
    entries: Vec<EntryId>,
    rows: Vec<Instalment>,
) -> impl Fn(&mut Tx<'_>, &Meta) -> db::Result<()> + Send + 'static {
    move |tx, meta| {
        let row = ledger::lock_account(tx, account)?;
        ledger::agree_instalments(tx, meta, &row, PlanId::new(7), &entries, &rows)
    }
}

/// Some of each debit against some of each credit, as far as both reach.
fn some_pairs(debits: &[OpenItem], credits: &[OpenItem], chance: &mut Chance) -> Vec<Allocate> {
    let mut left: Vec<i64> = credits
        .iter()
        .map(|item| 1 + chance.below(item.open as u64) as i64)
        .collect();
    let mut wanted = Vec::new();
    for debit in debits {
        let mut open = 1 + chance.below(debit.open as u64) as i64;
        for (credit, left) in credits.iter().zip(&mut left) {
            let amount = open.min(*left);
            open -= amount;
            *left -= amount;
            wanted.extend((amount > 0).then_some(Allocate {
                debit: debit.entry,
                credit: credit.entry,
                amount,
                effective: None,
            }));
        }
    }
    wanted
}

#[test]
fn what_is_not_open_or_not_enough_is_refused_and_nothing_is_half_written() {
    db::testing::both(|db| async move {
        let books = Books::set_up(db).await;
        let today = books.meta().today;
        let sale = books.append(EntryKind::Sale, 1_000, today).await;
        let receipt = books.append(EntryKind::Receipt, -600, today).await;
        let one = |amount| Allocate {
            debit: sale,
            credit: receipt,
            amount,
            effective: None,
        };
        let code = |error: db::Error| error.refusal().map(|refusal| refusal.code);

        assert_eq!(
            books.allocate(vec![one(601)]).await.map_err(code),
            Err(Some("ledger.over_allocated"))
        );
        // The first half fits; both together do not, so neither stays.
        assert_eq!(
            books.allocate(vec![one(400), one(400)]).await.map_err(code),
            Err(Some("ledger.over_allocated"))
        );
        assert_eq!(books.open(Side::Debit).await[0].open, 1_000);
        assert_eq!(
            books.allocate(vec![one(0)]).await.map_err(code),
            Err(Some("ledger.amount_not_positive"))
        );
        let swapped = Allocate {
            debit: receipt,
            credit: sale,
            amount: 1,
            effective: None,
        };
        assert_eq!(
            books.allocate(vec![swapped]).await.map_err(code),
            Err(Some("ledger.not_open"))
        );

        let made = books.allocate(vec![one(600)]).await.unwrap();
        assert_eq!(books.open(Side::Debit).await[0].open, 400);
        assert!(books.open(Side::Credit).await.is_empty());
        books.undo(made[0]).await.unwrap();
        assert_eq!(
            books.undo(made[0]).await.map_err(code),
            Err(Some("ledger.allocation_undone"))
        );
        books.assert_sound("after the refusals").await;
    });
}

#[test]
fn two_acts_on_one_receipt_one_wins() {
    db::testing::both(|db| async move {
        let books = Books::set_up(db).await;
        let today = books.meta().today;
        let sale = books.append(EntryKind::Sale, 100_000, today).await;
        let receipt = books.append(EntryKind::Receipt, -1_000, today).await;
        let one = Allocate {
            debit: sale,
            credit: receipt,
            amount: 1_000,
            effective: None,
        };
        let acts: Vec<_> = (0..50)
            .map(|_| {
                let (db, company, account, meta) =
                    (books.db.clone(), books.company.id, books.account, books.meta());
                tokio::spawn(async move {
                    db.write(company, move |tx| {
                        let mut row = ledger::lock_account(tx, account)?;
                        ledger::allocate(
                            tx,
                            &meta,
                            &mut row,
                            ActRef {
                                kind: "manual",
                                id: 1,
                            },
                            &[one],
                            "",
                        )
                    })
                    .await
                })
            })
            .collect();
        let mut won = 0;
        for act in acts {
            match act.await.unwrap() {
                Ok(_) => won += 1,
                Err(error) => assert_eq!(error.refusal().unwrap().code, "ledger.not_open"),
            }
        }
        assert_eq!(won, 1);
        books.assert_sound("after the race").await;
    });
}

#[test]
fn a_slip_of_the_hand_is_no_entry() {
    db::testing::both(|db| async move {
        let books = Books::set_up(db).await;
        let (account, today) = (books.account, books.meta().today);
        for (amount, day, code) in [
            (100, ledger::EARLIEST.plus(-1), "ledger.date_too_early"),
            (ledger::LARGEST + 1, today, "ledger.amount_too_large"),
            (-ledger::LARGEST - 1, today, "ledger.amount_too_large"),
        ] {
            let refused = books
                .write(move |tx, meta| {
                    let mut row = ledger::lock_account(tx, account)?;
                    let no = DocRef {
                        kind: "test",
                        id: 1,
                        no: "1".into(),
                    };
                    ledger::append(
                        tx,
                        meta,
                        &mut row,
                        NewEntry::new(EntryKind::Sale, amount, day, no),
                    )
                })
                .await
                .unwrap_err();
            assert_eq!(refused.refusal().unwrap().code, code);
        }
        books.assert_sound("after the slips").await;
    });
}

#[test]
fn a_locked_period_takes_no_entry() {
    db::testing::both(|db| async move {
        let mut books = Books::set_up(db).await;
        let lock = books.meta().today;
        let mut company = (*books.company).clone();
        company.lock_date = Some(lock);
        books.company = Arc::new(company);
        let account = books.account;
        let refused = books
            .write(move |tx, meta| {
                let mut row = ledger::lock_account(tx, account)?;
                let no = DocRef {
                    kind: "test",
                    id: 1,
                    no: "1".into(),
                };
                ledger::append(tx, meta, &mut row, NewEntry::new(EntryKind::Sale, 100, lock, no))
            })
            .await
            .unwrap_err();
        assert_eq!(refused.refusal().unwrap().code, "ledger.period_locked");
        books.append(EntryKind::Sale, 100, lock.plus(1)).await;
        books.assert_sound("after the lock").await;
    });
}
