//! What money closes.

use base::Day;
use db::testing::both;
use ledger::{EntryId, OrderId, Side};
use receivables::allocation_rules::{Step, Why};
use receivables::{
    AllocateCredits, DiscountMode, Named, Outcome, RecordReceipt, Recorded, ReserveReceipt, SetDiscount,
    SetTerms, SetTolerance, Settling, Target,
};
use testkit::{
    Buyer, BuyerTerms, World, delivery, delivery_of, line, of_delivery, of_order, order, receipt, return_of,
};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// Money whose use is found step by step.
fn found(buyer: Buyer, today: Day, amount: &str, text: &str) -> RecordReceipt {
    RecordReceipt {
        reference: text.into(),
        ..receipt(buyer, today, amount, Target::Found(statements::ISSUED))
    }
}

/// One delivery of so many units at 1.00.
async fn sold(world: &World, buyer: Buyer, product: catalog::ProductId, units: &str) -> sales::Posted {
    world.posted(delivery(buyer, vec![line(product, units)])).await
}

async fn open(world: &World, entry: EntryId) -> i64 {
    let items = world.read(move |tx| ledger::open_items_where(tx, &[entry])).await;
    items.first().map_or(0, |item| item.open)
}

async fn balance(world: &World, buyer: Buyer) -> i64 {
    world
        .read(move |tx| Ok(ledger::find_account(tx, buyer.account)?.balance))
        .await
}

/// The one step that took, and why.
fn took(outcome: &Outcome) -> Option<(Step, Why)> {
    let taken = &outcome.proposal.as_ref()?.taken;
    taken.first().map(|found| (found.step, found.why))
}

async fn tolerate(world: &World, absolute: &str, monthly: Option<&str>) {
    let set = SetTolerance {
        currency: world.currency(),
        absolute: absolute.into(),
        percent: None,
        monthly: monthly.map(str::to_owned),
    };
    world
        .done(move |tx, _| receivables::set_tolerance(tx, &set))
        .await;
}

/// 2 % within 10 days and one day of grace.
async fn two_percent(world: &World, buyer: Buyer, partial: bool) {
    let set = SetTerms {
        account: buyer.account,
        oldest_without_asking: false,
        discount: Some(SetDiscount {
            valid_from: None,
            percent: "2".into(),
            days: 10,
            grace_days: 1,
            partial,
        }),
    };
    world
        .done(move |tx, meta| receivables::set_terms(tx, meta, &set))
        .await;
}

async fn undo(world: &World, paid: &Recorded) {
    let id = paid.id;
    world
        .done(move |tx, meta| receivables::undo_write_off(tx, meta, id, "mistake"))
        .await;
}

async fn outstanding(world: &World, order: OrderId) -> i64 {
    let sql = "SELECT outstanding_minor FROM ledger_order WHERE company_id = $1 AND order_id = $2";
    world
        .read(move |tx| Ok(tx.opt(sql, db::p![order])?.unwrap_or(0)))
        .await
}

async fn reserved(world: &World, buyer: Buyer) -> i64 {
    world
        .read(move |tx| Ok(ledger::find_account(tx, buyer.account)?.reserved_credit))
        .await
}

#[test]
fn a_deposit_waits_for_its_order_and_is_used_in_proportion_to_what_is_delivered() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Depositor")).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "100")])).await;
        world
            .received(receipt(buyer, world.today(), "300", Target::Order(ordered)))
            .await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (300_00, 0)
        );
        world.check_all().await;

        // 600 of 1,000 is delivered: 180 of the 300 close it, 120 wait on, 300 are outstanding.
        let first = world.posted(delivery_of(ordered, vec![of_order(1, "60")])).await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (120_00, 300_00)
        );
        world.check_all().await;

        // Oldest first takes nothing that waits for an order.
        let account = buyer.account;
        let credits = world
            .read(move |tx| ledger::open_items(tx, account, Side::Credit))
            .await;
        let act = receivables::AllocateCredits {
            account,
            credits: credits
                .iter()
                .map(|item| receivables::Named::all_of(item.entry))
                .collect(),
            target: Target::Oldest,
            reason: String::new(),
        };
        let code = world
            .refused(move |tx, meta| receivables::allocate_credits(tx, meta, &act))
            .await;
        assert_eq!(code, "receivables.no_credit_named");

        // The delivery is taken back: what it used waits again.
        let id = first.delivery;
        world
            .done(move |tx, meta| sales::reverse_delivery(tx, meta, id, None, None, "wrong goods"))
            .await;
        assert_eq!(reserved(&world, buyer).await, 300_00);
        world.check_all().await;

        // The last delivery takes the rest.
        world
            .posted(delivery_of(ordered, vec![of_order(1, "33.333333")]))
            .await;
        world
            .posted(delivery_of(ordered, vec![of_order(1, "66.666667")]))
            .await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (0, 700_00)
        );
        world.check_all().await;
    });
}

#[test]
fn a_cancelled_order_lifts_its_reservation_and_the_credit_stays() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Depositor")).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "10")])).await;
        let paid = world
            .received(receipt(buyer, world.today(), "150", Target::None))
            .await;
        let reserve = ReserveReceipt {
            receipt: paid.id,
            order: ordered,
            amount: Some("150".into()),
        };
        let too_much = reserve.clone();
        let code = world
            .refused(move |tx, meta| receivables::reserve_receipt(tx, meta, &too_much))
            .await;
        assert_eq!(code, "receivables.more_than_reservable");
        let all = ReserveReceipt {
            amount: None,
            ..reserve
        };
        world
            .done(move |tx, meta| receivables::reserve_receipt(tx, meta, &all))
            .await;
        assert_eq!(reserved(&world, buyer).await, 100_00);
        world.check_all().await;
        world
            .done(move |tx, meta| sales::cancel_order(tx, meta, ordered, None, "not wanted"))
            .await;
        let account = world
            .read(move |tx| ledger::find_account(tx, buyer.account))
            .await;
        assert_eq!((account.reserved_credit, account.open_credit), (0, 150_00));
        world.check_all().await;
    });
}

#[test]
fn a_bounced_deposit_frees_its_order() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "10").await;
        let buyer = world.buyer(BuyerTerms::named("Depositor")).await;
        let ordered = world.confirmed(order(buyer, vec![line(tea, "10")])).await;
        let paid = world
            .received(receipt(buyer, world.today(), "50", Target::Order(ordered)))
            .await;
        world.posted(delivery_of(ordered, vec![of_order(1, "5")])).await;
        let id = paid.id;
        world
            .done(move |tx, meta| receivables::reverse_receipt(tx, meta, id, "bounced", None))
            .await;
        assert_eq!(
            (reserved(&world, buyer).await, outstanding(&world, ordered).await),
            (0, 50_00)
        );
        world.check_all().await;
    });
}

#[test]
fn a_payment_of_the_newest_to_pay_settles_the_earlier_statement_too() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Two Months")).await;
        for (units, month) in [("1000", "2026-02-02"), ("300", "2026-02-10")] {
            sold(&world, buyer, tea, units).await;
            world.go_to(day(month));
        }
        sold(&world, buyer, tea, "200").await;
        world.go_to(day("2026-03-02"));
        assert_eq!(world.run_statements().await.issued, 2);
        // Not billed yet, and not asked for.
        let later = sold(&world, buyer, tea, "77").await;
        let paid = world.received(found(buyer, world.today(), "1500", "")).await;
        assert_eq!(
            took(&paid.outcome),
            Some((Step::ExactStatement, Why::NewestToPay))
        );
        assert_eq!((paid.outcome.closed(), paid.outcome.on_account), (3, 0));
        assert_eq!(
            (open(&world, later.entry).await, balance(&world, buyer).await),
            (77_00, 77_00)
        );
        world.check_all().await;
    });
}

#[test]
fn a_payment_of_two_statements_that_are_not_the_newest_is_only_proposed() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Picky")).await;
        for (units, month) in [
            ("100", "2026-02-02"),
            ("230", "2026-03-02"),
            ("360", "2026-04-02"),
            ("490", "2026-05-02"),
        ] {
            sold(&world, buyer, tea, units).await;
            world.go_to(day(month));
        }
        assert_eq!(world.run_statements().await.issued, 4);
        let paid = world.received(found(buyer, world.today(), "460", "")).await;
        assert_eq!((paid.outcome.closed(), paid.outcome.on_account), (0, 460_00));
        let proposal = paid.outcome.proposal.expect("what was found");
        assert!(proposal.taken.is_empty());
        let proposed = proposal.proposed.expect("one answer");
        assert_eq!((proposed.step, proposed.debits.len()), (Step::Subset, 2));
        world.check_all().await;
    });
}

#[test]
fn two_items_of_one_amount_are_proposed_the_oldest_first_and_not_posted() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Twins")).await;
        let first = sold(&world, buyer, tea, "100").await;
        world.pass(1);
        sold(&world, buyer, tea, "100").await;
        let paid = world
            .received(found(buyer, world.today(), "100", "thank you"))
            .await;
        assert_eq!(paid.outcome.on_account, 100_00);
        let proposal = paid.outcome.proposal.expect("what was found");
        assert_eq!(
            proposal.proposed.map(|one| one.debits[0].entry),
            Some(first.entry)
        );
        assert_eq!(proposal.alternatives.len(), 1);
        // A number in the text decides it.
        let text = format!("for {}, thanks", first.no);
        let paid = world.received(found(buyer, world.today(), "100", &text)).await;
        assert_eq!(took(&paid.outcome), Some((Step::Reference, Why::Mentioned)));
        assert_eq!(open(&world, first.entry).await, 0);
        world.check_all().await;
    });
}

#[test]
fn a_number_of_another_payer_means_nothing() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Payer")).await;
        let other = world.buyer(BuyerTerms::named("Other")).await;
        sold(&world, buyer, tea, "90").await;
        let theirs = sold(&world, other, tea, "50").await;
        let paid = world
            .received(found(buyer, world.today(), "50", &theirs.no))
            .await;
        assert_eq!((took(&paid.outcome), paid.outcome.on_account), (None, 50_00));
        assert_eq!(open(&world, theirs.entry).await, 50_00);
        world.check_all().await;
    });
}

#[test]
fn what_no_step_finds_pays_the_oldest_only_if_the_account_says_so() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Rounder")).await;
        for units in ["100", "120", "140"] {
            sold(&world, buyer, tea, units).await;
        }
        let paid = world.received(found(buyer, world.today(), "150", "")).await;
        assert_eq!(paid.outcome.on_account, 150_00);
        let set = SetTerms {
            account: buyer.account,
            oldest_without_asking: true,
            discount: None,
        };
        world
            .done(move |tx, meta| receivables::set_terms(tx, meta, &set))
            .await;
        let paid = world.received(found(buyer, world.today(), "150", "")).await;
        assert_eq!(took(&paid.outcome), Some((Step::Oldest, Why::OldestFirst)));
        assert_eq!(
            (
                paid.outcome.closed(),
                paid.outcome.part_paid(),
                paid.outcome.on_account
            ),
            (1, 1, 0)
        );
        world.check_all().await;
    });
}

#[test]
fn a_cent_too_little_or_too_much_is_a_small_difference_and_over_the_cap_stays_open() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Centwise")).await;
        tolerate(&world, "0.05", Some("0.03")).await;
        let first = sold(&world, buyer, tea, "100").await;
        let second = sold(&world, buyer, tea, "200").await;
        let third = sold(&world, buyer, tea, "300").await;

        // 0.01 short.
        let items = vec![Named::all_of(first.entry)];
        let short = world
            .received(receipt(buyer, world.today(), "99.99", Target::Items(items)))
            .await;
        assert_eq!((short.outcome.closed(), short.outcome.items[0].tolerance), (1, 1));
        assert_eq!(open(&world, first.entry).await, 0);
        // 0.01 over, found by itself.
        let over = world.received(found(buyer, world.today(), "200.01", "")).await;
        assert_eq!(took(&over.outcome), Some((Step::ExactItem, Why::NearItem)));
        assert_eq!(
            (
                over.outcome.over,
                over.outcome.on_account,
                open(&world, second.entry).await
            ),
            (1, 0, 0)
        );
        assert_eq!(balance(&world, buyer).await, 300_00);
        world.check_all().await;

        // 0.02 more is over this month's cap: it stays open.
        let items = vec![Named {
            amount: Some("299.98".into()),
            ..Named::all_of(third.entry)
        }];
        world
            .received(receipt(buyer, world.today(), "299.98", Target::Items(items)))
            .await;
        assert_eq!(open(&world, third.entry).await, 2);
        let capped = world
            .received(receipt(buyer, world.today(), "0.01", Target::Oldest))
            .await;
        assert_eq!(
            (capped.outcome.items[0].tolerance, open(&world, third.entry).await),
            (1, 0)
        );
        world.check_all().await;

        // Undone, everything is as it was.
        undo(&world, &short).await;
        undo(&world, &over).await;
        assert_eq!(
            (open(&world, first.entry).await, open(&world, second.entry).await),
            (100_00, 200_00)
        );
        assert_eq!(balance(&world, buyer).await, 0);
        world.check_all().await;
    });
}

#[test]
fn over_the_cap_of_the_month_a_difference_stays_open() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Capped")).await;
        tolerate(&world, "0.05", Some("0.01")).await;
        for _ in 0..2 {
            sold(&world, buyer, tea, "100").await;
        }
        let first = world
            .received(receipt(buyer, world.today(), "99.99", Target::Oldest))
            .await;
        assert_eq!(first.outcome.items[0].tolerance, 1);
        let second = world
            .received(receipt(buyer, world.today(), "99.99", Target::Oldest))
            .await;
        assert_eq!(
            (second.outcome.items[0].tolerance, second.outcome.over_cap),
            (0, 1)
        );
        assert_eq!(balance(&world, buyer).await, 1);
        world.check_all().await;
    });
}

#[test]
fn a_discount_missed_by_a_day_is_not_given_unless_within_grace_or_granted() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Prompt")).await;
        two_percent(&world, buyer, false).await;
        let items = [
            sold(&world, buyer, tea, "100").await,
            sold(&world, buyer, tea, "100").await,
            sold(&world, buyer, tea, "100").await,
        ];
        let pay = |n: usize, today: Day| {
            receipt(
                buyer,
                today,
                "98",
                Target::Entries(vec![Named::all_of(items[n].entry)]),
            )
        };

        // Day 11: within grace.
        world.pass(11);
        let paid = world.received(pay(0, world.today())).await;
        assert_eq!((paid.outcome.closed(), paid.outcome.items[0].discount), (1, 2_00));
        // Day 12: missed.
        world.pass(1);
        let late = world.received(pay(1, world.today())).await;
        assert_eq!(
            (late.outcome.closed(), open(&world, items[1].entry).await),
            (0, 2_00)
        );
        // The clerk grants it, and says why.
        let grant = |note: &str| Settling {
            discount: DiscountMode::Grant,
            leave_differences: false,
            note: note.into(),
        };
        let (silent, cmd) = (grant(""), pay(2, world.today()));
        let code = world
            .refused(move |tx, meta| receivables::record_receipt_with(tx, meta, &cmd, &silent))
            .await;
        assert_eq!(code, "receivables.reason_required");
        let (said, cmd) = (grant("the bank was closed"), pay(2, world.today()));
        let granted = world
            .done(move |tx, meta| receivables::record_receipt_with(tx, meta, &cmd, &said))
            .await;
        assert_eq!(granted.outcome.items[0].discount, 2_00);
        world.check_all().await;

        // Undoing the write-off takes the discount back with it.
        undo(&world, &paid).await;
        assert_eq!(
            (open(&world, items[0].entry).await, balance(&world, buyer).await),
            (100_00, 4_00)
        );
        world.check_all().await;
    });
}

#[test]
fn part_payments_earn_their_part_of_the_discount_and_never_more_than_the_whole() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("In Parts")).await;
        two_percent(&world, buyer, true).await;
        let item = sold(&world, buyer, tea, "100").await;
        let mut given = Vec::new();
        for amount in ["33.33", "33.33", "31.34"] {
            let target = Target::Items(vec![Named {
                amount: Some(amount.into()),
                ..Named::all_of(item.entry)
            }]);
            let paid = world
                .received(receipt(buyer, world.today(), amount, target))
                .await;
            given.push(paid.outcome.items[0].discount);
        }
        assert_eq!((given, open(&world, item.entry).await), (vec![68, 68, 64], 0));
        world.check_all().await;
    });
}

#[test]
fn a_credit_note_larger_than_what_is_open_closes_the_item_and_the_rest_is_on_account() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Returner")).await;
        let item = sold(&world, buyer, tea, "100").await;
        world
            .received(receipt(buyer, world.today(), "70", Target::Oldest))
            .await;
        let back = world
            .posted(return_of(item.delivery, vec![of_delivery(1, "50")]))
            .await;
        assert_eq!(
            (open(&world, item.entry).await, open(&world, back.entry).await),
            (0, 20_00)
        );
        assert_eq!(balance(&world, buyer).await, -20_00);
        world.check_all().await;
    });
}

#[test]
fn a_return_from_a_settled_statement_is_an_entry_of_the_next_and_reopens_nothing() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Late Returner")).await;
        let item = sold(&world, buyer, tea, "100").await;
        world.go_to(day("2026-02-02"));
        assert_eq!(world.run_statements().await.issued, 1);
        world.received(found(buyer, world.today(), "100", "")).await;
        let back = world
            .posted(return_of(item.delivery, vec![of_delivery(1, "30")]))
            .await;
        assert_eq!(
            (open(&world, item.entry).await, open(&world, back.entry).await),
            (0, 30_00)
        );
        let refers: i64 = world
            .read(move |tx| {
                let sql = "SELECT refers_to FROM ledger_entry WHERE company_id = $1 AND id = $2";
                tx.one(sql, db::p![back.entry])
            })
            .await;
        assert_eq!(refers, item.entry.raw());
        world.go_to(day("2026-03-02"));
        assert_eq!(world.run_statements().await.issued, 1);
        world.check_all().await;
    });
}

#[test]
fn two_clerks_allocate_the_same_receipt_and_one_succeeds() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Contested")).await;
        for _ in 0..2 {
            sold(&world, buyer, tea, "100").await;
        }
        world
            .received(receipt(buyer, world.today(), "100", Target::None))
            .await;
        let account = buyer.account;
        let credit = world
            .read(move |tx| Ok(ledger::open_items(tx, account, Side::Credit)?[0].entry))
            .await;
        let clerk = |world: &World| {
            let act = AllocateCredits {
                account,
                credits: vec![Named {
                    expected_open: Some("100.00".into()),
                    ..Named::all_of(credit)
                }],
                target: Target::Oldest,
                reason: String::new(),
            };
            let (db, company, meta) = (world.db.clone(), world.company.id, world.meta());
            async move {
                db.write(company, move |tx| receivables::allocate_credits(tx, &meta, &act))
                    .await
            }
        };
        let (one, two) = tokio::join!(clerk(&world), clerk(&world));
        let lost = [one.err(), two.err()];
        let codes: Vec<_> = lost
            .iter()
            .flatten()
            .filter_map(|error| error.refusal())
            .map(|r| r.code)
            .collect();
        assert_eq!(codes, ["receivables.open_changed"]);
        world.check_all().await;
    });
}

#[test]
fn two_channel_payments_for_one_statement_are_both_posted_and_the_second_is_on_account() {
    both(|db| async move {
        let world = World::new(db).await;
        let tea = world.product("TEA", "1").await;
        let buyer = world.buyer(BuyerTerms::named("Paid Twice")).await;
        sold(&world, buyer, tea, "60").await;
        sold(&world, buyer, tea, "40").await;
        world.go_to(day("2026-02-02"));
        world.run_statements().await;
        let today = world.today();
        let wechat = world
            .received(RecordReceipt {
                method: receivables::Method::Wechat,
                ..found(buyer, today, "100", "")
            })
            .await;
        let alipay = world
            .received(RecordReceipt {
                method: receivables::Method::Alipay,
                ..found(buyer, today, "100", "")
            })
            .await;
        assert_eq!((wechat.outcome.closed(), wechat.outcome.on_account), (2, 0));
        assert_eq!((alipay.outcome.closed(), alipay.outcome.on_account), (0, 100_00));
        assert_eq!(balance(&world, buyer).await, -100_00);
        world.check_all().await;
    });
}
