//! The table of cycle kinds, the corner cases of the calendar, and what must hold for every cycle.

use base::Day;
use cycle::{CycleSpec, Holidays, Schedule, Shift, Terms, Version, open_period};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn spec(text: &str) -> CycleSpec {
    text.parse().unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

fn terms(text: &str) -> Terms {
    text.parse().unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

fn schedule(cycle: &str, rule: &str, lag_days: i64) -> Schedule {
    Schedule::plain(spec(cycle), terms(rule), lag_days)
}

/// With the days on which the customer pays, and how long before the statement must be out.
fn paid_on(schedule: Schedule, days: &str, lead_days: i64) -> Schedule {
    Schedule {
        pay_run: Some(spec(days)),
        lead_days,
        ..schedule
    }
}

/// Saturdays and Sundays off, a week in October off, one Saturday before it worked.
fn golden_week() -> Holidays {
    let off = (1..=8).map(|day| Day::new(2026, 10, day).unwrap()).collect();
    Holidays::new(&[6, 7], off, vec![day("2026-10-10")])
}

/// Month and day of the cut-offs that follow a day.
fn cutoffs(text: &str, after: &str, count: usize) -> String {
    let spec = spec(text);
    let mut at = day(after);
    let mut found = Vec::new();
    for _ in 0..count {
        let Some(next) = spec.next_cutoff(at) else { break };
        found.push(next.to_string()[5..].to_owned());
        at = next;
    }
    found.join(" ")
}

#[test]
fn every_kind_closes_where_the_table_says() {
    let table = [
        ("monthly:25", "2026-01-25", 3, "02-25 03-25 04-25"),
        ("monthly:25", "2026-01-24", 1, "01-25"),
        ("monthly:31", "2026-01-31", 3, "02-28 03-31 04-30"),
        ("monthly:-1", "2028-01-31", 2, "02-29 03-31"),
        ("monthly:-28", "2026-01-31", 2, "02-01 03-04"),
        ("monthly:15,-1", "2026-01-31", 4, "02-15 02-28 03-15 03-31"),
        ("monthly:10,20,-1", "2026-02-10", 3, "02-20 02-28 03-10"),
        // 29, 30, 31 fall together in February: one cut-off.
        ("monthly:29,30,31", "2026-01-31", 4, "02-28 03-29 03-30 03-31"),
        ("monthly:28,-1", "2026-02-01", 2, "02-28 03-28"),
        (
            "monthly:-1/3@2026-03-31",
            "2026-01-01",
            4,
            "03-31 06-30 09-30 12-31",
        ),
        ("monthly:-1/3@2026-03-31", "2025-03-31", 2, "06-30 09-30"),
        ("weekly:5", "2026-11-20", 2, "11-27 12-04"),
        ("weekly:5", "2026-11-19", 1, "11-20"),
        ("weekly:1,4", "2026-11-20", 3, "11-23 11-26 11-30"),
        ("weekly:5/2@2026-01-01", "2026-01-01", 3, "01-02 01-16 01-30"),
        ("weekly:1,4/2@2026-01-05", "2026-01-08", 3, "01-19 01-22 02-02"),
        ("weekly:7/2@2026-01-05", "2025-12-01", 2, "12-14 12-28"),
        ("every_n_days:10@2026-01-01", "2026-01-01", 3, "01-11 01-21 01-31"),
        ("every_n_days:10@2026-01-01", "2025-12-21", 2, "12-22 01-01"),
        ("every_n_days:1@2026-01-01", "2026-02-27", 3, "02-28 03-01 03-02"),
        (
            "calendar:2026-01-31,2026-02-28,2026-04-04",
            "2026-01-31",
            9,
            "02-28 04-04",
        ),
        ("per_document", "2026-01-31", 3, ""),
        ("threshold:5000/30", "2026-01-31", 3, ""),
        ("manual:45", "2026-01-31", 3, ""),
        ("per_batch:60", "2026-01-31", 3, ""),
    ];
    for (text, after, count, expected) in table {
        assert_eq!(cutoffs(text, after, count), expected, "{text} after {after}");
    }
}

#[test]
fn a_month_from_the_26th_to_the_25th() {
    let periods = schedule("monthly:25", "cutoff+30", 2).preview(day("2026-01-26"), 2, &Holidays::default());
    let told: Vec<String> = periods
        .iter()
        .map(|p| {
            format!(
                "{}..{} issue {} due {}",
                p.period.from, p.period.to, p.issue_by, p.due
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-01-26..2026-02-25 issue 2026-02-27 due 2026-03-27",
            "2026-02-26..2026-03-25 issue 2026-03-27 due 2026-04-24",
        ]
    );
    let by_hand = schedule("manual:45", "cutoff+30", 0);
    assert!(
        by_hand
            .preview(day("2026-01-26"), 12, &Holidays::default())
            .is_empty()
    );
}

#[test]
fn due_dates_follow_the_terms() {
    let table = [
        ("cutoff+30", "2026-01-31", "2026-02-03", "2026-03-02"),
        ("cutoff+0", "2026-01-31", "2026-02-03", "2026-01-31"),
        ("issue+10", "2026-01-31", "2026-02-03", "2026-02-13"),
        // Issued by hand on the cut-off day or before it: the cut-off counts.
        ("issue+10", "2026-01-31", "2026-01-30", "2026-02-10"),
        ("day25+1", "2026-01-31", "2026-02-03", "2026-02-25"),
        ("day31+1", "2026-01-31", "2026-02-03", "2026-02-28"),
        ("day10+0", "2026-01-25", "2026-01-26", "2026-02-10"),
        ("day25+0", "2026-01-25", "2026-01-26", "2026-01-25"),
        // Silence: the cap counts from the issue.
        ("confirm+10/30", "2026-01-31", "2026-02-03", "2026-03-05"),
    ];
    for (text, cutoff, issued, expected) in table {
        assert_eq!(
            schedule("monthly:-1", text, 0).due(day(cutoff), day(issued), None, &Holidays::default()),
            day(expected),
            "{text} {cutoff}"
        );
    }
}

#[test]
fn provisional_due_dates_use_the_planned_cutoff() {
    let table = [
        ("monthly:25", "cutoff+30", "2026-01-25", "2026-02-24"),
        ("monthly:25", "cutoff+30", "2026-01-26", "2026-03-27"),
        ("monthly:25", "issue+30", "2026-01-25", "2026-02-26"),
        ("per_document", "cutoff+7", "2026-01-26", "2026-02-02"),
        ("threshold:100/30", "cutoff+0", "2026-01-01", "2026-01-31"),
        ("manual:10", "cutoff+0", "2026-01-01", "2026-01-11"),
        ("per_batch:60", "cutoff+5", "2026-01-01", "2026-03-07"),
        ("calendar:2026-01-31", "cutoff+1", "2026-02-05", "2026-02-06"),
    ];
    for (cycle, rule, at, expected) in table {
        assert_eq!(
            schedule(cycle, rule, 2).provisional_due(day(at), &Holidays::default()),
            day(expected),
            "{cycle} {rule}"
        );
    }
}

#[test]
fn a_confirmation_brings_the_due_date_forward_and_never_back() {
    let confirmed = |on: &str| {
        let schedule = schedule("monthly:-1", "confirm+10/30", 0);
        let on = Some(day(on));
        schedule.due(day("2026-01-31"), day("2026-02-03"), on, &Holidays::default())
    };
    assert_eq!(confirmed("2026-02-05"), day("2026-02-15"));
    assert_eq!(confirmed("2026-02-28"), day("2026-03-05"));
}

#[test]
fn days_off_move_deadlines_and_due_dates_but_no_cutoff() {
    let holidays = golden_week();
    // Thursday 2026-10-01 to Thursday the 8th are off, Saturday the 10th is worked.
    let table = [
        (Shift::None, "2026-10-01", "2026-10-01"),
        (Shift::Following, "2026-10-01", "2026-10-09"),
        (Shift::Preceding, "2026-10-01", "2026-09-30"),
        (Shift::ModifiedFollowing, "2026-10-01", "2026-10-09"),
        (Shift::Following, "2026-10-10", "2026-10-10"),
        (Shift::Following, "2026-10-11", "2026-10-12"),
        (Shift::ModifiedFollowing, "2026-10-31", "2026-10-30"),
        (Shift::Following, "2026-10-31", "2026-11-02"),
    ];
    for (shift, from, expected) in table {
        assert_eq!(holidays.moved(day(from), shift), day(expected), "{shift} {from}");
    }
    // A year of days off moves nothing for ever.
    let never = Holidays::new(&[1, 2, 3, 4, 5, 6, 7], Vec::new(), Vec::new());
    assert_eq!(
        never.moved(day("2026-10-01"), Shift::Following),
        day("2026-10-01")
    );
    let moved = Schedule {
        shift: Shift::Following,
        ..schedule("monthly:-1", "cutoff+2", 1)
    };
    let row = moved.preview(day("2026-09-01"), 1, &holidays)[0];
    assert_eq!(row.period.to, day("2026-09-30"));
    assert_eq!((row.issue_by, row.due), (day("2026-10-09"), day("2026-10-09")));
    // A cut-off on a Saturday stays there, and nothing falls due before it.
    let back = Schedule {
        shift: Shift::Preceding,
        ..schedule("monthly:-1", "cutoff+0", 0)
    };
    let row = back.preview(day("2026-10-01"), 1, &holidays)[0];
    assert_eq!((row.period.to, row.due), (day("2026-10-31"), day("2026-10-31")));
}

#[test]
fn the_statement_is_out_before_the_customer_pays() {
    let none = Holidays::default();
    let deadline = |schedule: Schedule| schedule.issue_by(day("2026-01-25"), &none);
    let month = || schedule("monthly:25", "payrun", 10);
    // Paid on the 10th: the lag is the nearer deadline, or the lead time is.
    assert_eq!(deadline(paid_on(month(), "monthly:10", 2)), day("2026-02-04"));
    assert_eq!(deadline(paid_on(month(), "monthly:10", 8)), day("2026-02-02"));
    // The run of the 28th can still be met with two days, not with three: then the next one counts.
    assert_eq!(deadline(paid_on(month(), "monthly:28", 2)), day("2026-01-26"));
    assert_eq!(deadline(paid_on(month(), "monthly:28", 3)), day("2026-02-04"));
    // On a day off the deadline is earlier, never later.
    let weekends = Holidays::new(&[6, 7], Vec::new(), Vec::new());
    let moved = Schedule {
        shift: Shift::Following,
        ..paid_on(month(), "monthly:10", 3)
    };
    assert_eq!(moved.issue_by(day("2026-01-25"), &weekends), day("2026-02-04"));
    let moved = Schedule {
        lead_days: 9,
        ..moved
    };
    assert_eq!(moved.issue_by(day("2026-01-25"), &weekends), day("2026-01-30"));
}

#[test]
fn due_on_the_next_payment_day_that_the_statement_reaches() {
    let none = Holidays::default();
    let due = |days: &str, lead: i64, issued: &str| {
        let schedule = paid_on(schedule("monthly:25", "payrun", 3), days, lead);
        schedule.due(day("2026-01-25"), day(issued), None, &none)
    };
    assert_eq!(due("monthly:10", 0, "2026-01-28"), day("2026-02-10"));
    assert_eq!(due("monthly:10", 5, "2026-02-05"), day("2026-02-10"));
    assert_eq!(due("monthly:10", 5, "2026-02-06"), day("2026-03-10"));
    assert_eq!(due("weekly:5", 0, "2026-01-28"), day("2026-01-30"));
    let unknown = schedule("monthly:25", "payrun", 3);
    assert_eq!(unknown.validate().unwrap_err().code, "cycle.pay_run_needed");
    let by_event = paid_on(schedule("monthly:25", "payrun", 3), "manual:30", 0);
    assert_eq!(by_event.validate().unwrap_err().code, "cycle.pay_run_not_dated");
}

#[test]
fn a_change_of_cycle_makes_one_transition() {
    let versions = |second: &str, valid_from: &str, first: &str| {
        vec![
            Version {
                valid_from: day("2026-01-01"),
                spec: spec(first),
            },
            Version {
                valid_from: day(valid_from),
                spec: spec(second),
            },
        ]
    };
    // Monthly to weekly: the month closes at its cut-off, the week starts after it.
    let changed = versions("weekly:5", "2026-02-26", "monthly:25");
    assert_eq!(
        open_period(&changed, day("2026-01-26")).cutoff,
        Some(day("2026-02-25"))
    );
    let after = open_period(&changed, day("2026-02-26"));
    assert_eq!((after.version, after.cutoff), (1, Some(day("2026-02-27"))));
    // Away from an event kind: closed on the day before the change.
    let changed = versions("monthly:-1", "2026-02-10", "manual:45");
    let running = open_period(&changed, day("2026-01-05"));
    assert_eq!((running.version, running.cutoff), (0, Some(day("2026-02-09"))));
    // To an event kind: its period is open.
    let changed = versions("per_document", "2026-02-01", "monthly:-1");
    assert_eq!(open_period(&changed, day("2026-02-01")).cutoff, None);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let table = [
        ("fortnightly", "cycle.unreadable"),
        ("monthly", "cycle.unreadable"),
        ("monthly:", "cycle.unreadable"),
        ("monthly:0", "cycle.bad_month_day"),
        ("monthly:32", "cycle.bad_month_day"),
        ("monthly:-29", "cycle.bad_month_day"),
        ("monthly:-1/3", "cycle.anchor_needed"),
        ("monthly:-1/0", "cycle.bad_interval"),
        ("monthly:25@2026-02-30", "cycle.unreadable"),
        ("weekly:8", "cycle.bad_weekday"),
        ("weekly:5/2", "cycle.anchor_needed"),
        ("every_n_days:10", "cycle.unreadable"),
        ("every_n_days:0@2026-01-01", "cycle.bad_interval"),
        ("calendar:", "cycle.unreadable"),
        ("threshold:0/30", "cycle.bad_amount"),
        ("threshold:100", "cycle.unreadable"),
        ("threshold:100/0", "cycle.bad_max_days"),
        ("manual:0", "cycle.bad_max_days"),
        ("per_document:1", "cycle.unreadable"),
        ("per_batch", "cycle.unreadable"),
        ("per_batch:0", "cycle.bad_max_days"),
    ];
    for (text, code) in table {
        assert_eq!(text.parse::<CycleSpec>().unwrap_err().code, code, "{text}");
    }
    for (text, code) in [
        ("cutoff+-1", "cycle.bad_terms"),
        ("net 30", "cycle.terms_unreadable"),
        ("day32+1", "cycle.bad_terms"),
        ("day+1", "cycle.terms_unreadable"),
        ("confirm+10", "cycle.terms_unreadable"),
        ("confirm+10/9", "cycle.bad_terms"),
        ("payrun+1", "cycle.terms_unreadable"),
    ] {
        assert_eq!(text.parse::<Terms>().unwrap_err().code, code, "{text}");
    }
}

fn any_day() -> impl Strategy<Value = Day> {
    (-20_000_i64..40_000).prop_map(|days| day("2000-01-01").plus(days))
}

fn month_days() -> impl Strategy<Value = Vec<i8>> {
    prop::collection::vec(prop_oneof![1_i8..=31, -28_i8..=-1], 1..5).prop_map(dedup)
}

fn dedup(mut values: Vec<i8>) -> Vec<i8> {
    values.sort_unstable();
    values.dedup();
    values
}

fn any_shift() -> impl Strategy<Value = Shift> {
    prop_oneof![
        Just(Shift::None),
        Just(Shift::Following),
        Just(Shift::Preceding),
        Just(Shift::ModifiedFollowing),
    ]
}

fn any_terms() -> impl Strategy<Value = Terms> {
    prop_oneof![
        (0_i64..90).prop_map(|days| Terms::CutoffPlus { days }),
        (0_i64..90).prop_map(|days| Terms::IssuePlus { days }),
        (1_i8..=31, 0_i64..3).prop_map(|(day, months)| Terms::DayOfMonth { day, months }),
        Just(Terms::PayRun),
        (0_i64..30, 0_i64..60).prop_map(|(days, more)| Terms::ConfirmationPlus {
            days,
            cap: days + more
        }),
    ]
}

fn dated() -> impl Strategy<Value = CycleSpec> {
    prop_oneof![
        (1_i64..400, any_day()).prop_map(|(n, anchor)| CycleSpec::EveryNDays {
            n: n.min(366),
            anchor
        }),
        (prop::collection::vec(1_i8..=7, 1..4), 1_i64..=6, any_day()).prop_map(|(days, every, anchor)| {
            CycleSpec::Weekly {
                weekdays: dedup(days),
                every,
                anchor: Some(anchor),
            }
        }),
        prop::collection::vec(1_i8..=7, 1..4).prop_map(|days| CycleSpec::Weekly {
            weekdays: dedup(days),
            every: 1,
            anchor: None
        }),
        (month_days(), 1_i64..=12, any_day()).prop_map(|(days, every, anchor)| CycleSpec::Monthly {
            days,
            every,
            anchor: Some(anchor)
        }),
        month_days().prop_map(|days| CycleSpec::Monthly {
            days,
            every: 1,
            anchor: None
        }),
    ]
}

proptest! {
    #[test]
    fn text_round_trips(spec in dated()) {
        prop_assert_eq!(spec.to_string().parse::<CycleSpec>().unwrap(), spec.clone());
        let json = serde_json::to_string(&spec).unwrap();
        prop_assert_eq!(serde_json::from_str::<CycleSpec>(&json).unwrap(), spec);
    }

    #[test]
    fn cutoffs_increase_and_no_day_changes_the_answer(spec in dated(), after in any_day()) {
        let next = spec.next_cutoff(after).unwrap();
        prop_assert!(next > after);
        // Every day before the cut-off leads to the same cut-off: no gap and no overlap.
        let step = (next.since(after) / 7).max(1);
        let mut at = after;
        while at < next {
            prop_assert_eq!(spec.next_cutoff(at), Some(next));
            at = at.plus(step);
        }
        prop_assert_eq!(spec.next_cutoff(next.plus(-1)), Some(next));
        prop_assert!(spec.next_cutoff(next).unwrap() > next);
    }

    #[test]
    fn periods_are_contiguous(spec in dated(), from in any_day(), lag in 0_i64..10) {
        let schedule = Schedule::plain(spec, Terms::CutoffPlus { days: 30 }, lag);
        let planned = schedule.preview(from, 24, &Holidays::default());
        prop_assert_eq!(planned.len(), 24);
        let mut start = from;
        for row in planned {
            prop_assert_eq!(row.period.from, start);
            prop_assert!(row.period.to >= start);
            prop_assert!(row.due >= row.period.to);
            start = row.period.to.plus(1);
        }
    }

    #[test]
    fn terms_round_trip(terms in any_terms()) {
        prop_assert_eq!(terms.to_string().parse::<Terms>().unwrap(), terms);
    }

    #[test]
    fn days_keep_their_order_whatever_is_moved(
        spec in dated(), pays in dated(), terms in any_terms(), shift in any_shift(), from in any_day(),
        lag in 0_i64..20, lead in 0_i64..20, off in prop::collection::vec(0_i64..400, 0..20),
        weekend in prop::collection::vec(1_i8..=7, 0..3),
    ) {
        let off = off.into_iter().map(|days| from.plus(days)).collect();
        let holidays = Holidays::new(&weekend, off, Vec::new());
        let plain = Schedule::plain(spec, terms, lag);
        let schedule = Schedule { pay_run: Some(pays), lead_days: lead, shift, ..plain.clone() };
        let rows = schedule.preview(from, 12, &holidays);
        let unmoved = plain.preview(from, 12, &Holidays::default());
        for (row, plain) in rows.iter().zip(&unmoved) {
            // Cut-offs are never moved, nothing is due before its period ends.
            prop_assert_eq!(row.period.to, plain.period.to);
            prop_assert!(row.issue_by >= row.period.to);
            prop_assert!(row.due >= row.period.to);
            prop_assert_eq!(schedule.provisional_due(row.period.to, &holidays), row.due);
        }
    }

    #[test]
    fn planning_in_any_steps_gives_the_same_periods(
        spec in dated(), other in dated(), from in any_day(), change in 1_i64..200, stops in prop::collection::vec(1_i64..120, 1..6),
    ) {
        let versions = [
            Version { valid_from: from, spec },
            Version { valid_from: from.plus(change), spec: other },
        ];
        let plan = |start: Day, until: Day, rows: &mut Vec<(Day, Day)>| {
            let mut at = start;
            while let Some(cutoff) = open_period(&versions, at).cutoff.filter(|cutoff| *cutoff <= until) {
                rows.push((at, cutoff));
                at = cutoff.plus(1);
            }
            at
        };
        let end = from.plus(stops.iter().sum());
        let (mut at_once, mut in_steps) = (Vec::new(), Vec::new());
        plan(from, end, &mut at_once);
        let (mut at, mut until) = (from, from);
        for stop in stops {
            until = until.plus(stop);
            at = plan(at, until, &mut in_steps);
            // Again at once: nothing new.
            at = plan(at, until, &mut in_steps);
        }
        prop_assert_eq!(&at_once, &in_steps);
        for pair in at_once.windows(2) {
            prop_assert_eq!(pair[0].1.plus(1), pair[1].0);
        }
        // Exactly one period ends on the day before the change, once planning has passed it.
        if end >= from.plus(change - 1) {
            prop_assert_eq!(at_once.iter().filter(|row| row.1 == from.plus(change - 1)).count(), 1);
        }
    }
}
