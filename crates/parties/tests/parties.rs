//! Customers on both databases: codes, changes, and being found.

use parties::NewCustomer;
use testkit::World;

#[test]
fn customers_are_numbered_changed_and_found() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let named = |name: &str| NewCustomer::named(name, world.currency(), i18n::Lang::ZhHans);
        let typed = NewCustomer {
            code: "C0002".into(),
            ..named("Typed code")
        };
        world
            .done(move |tx, meta| parties::insert(tx, meta, typed.clone()))
            .await;
        let mut ids = Vec::new();
        for name in ["深圳市好运来贸易", "Lucky Trading"] {
            let new = named(name);
            ids.push(
                world
                    .done(move |tx, meta| parties::insert(tx, meta, new.clone()))
                    .await,
            );
        }
        let codes = world
            .read(move |tx| Ok([parties::get(tx, ids[0])?.code, parties::get(tx, ids[1])?.code]))
            .await;
        // The typed code is stepped over.
        assert_eq!(codes, ["C0001", "C0003"]);
        let ids = world
            .read(|tx| {
                Ok([
                    parties::find_by_code(tx, "C0001")?,
                    parties::find_by_name(tx, "LUCKY trading")?,
                ])
            })
            .await;
        let (first, second) = (ids[0].unwrap(), ids[1].unwrap());

        let taken = NewCustomer {
            code: "C0001".into(),
            ..named("Lucky Trading")
        };
        let again = taken.clone();
        assert_eq!(
            world
                .refused(move |tx, meta| parties::insert(tx, meta, taken.clone()))
                .await,
            "parties.code_taken"
        );
        assert_eq!(
            world
                .refused(move |tx, meta| parties::update(tx, meta, second, 1, again.clone()))
                .await,
            "parties.code_taken"
        );
        let strange = NewCustomer {
            salesperson: Some(base::UserId::new(987_654)),
            ..named("Somebody's customer")
        };
        assert_eq!(
            world
                .refused(move |tx, meta| parties::insert(tx, meta, strange.clone()))
                .await,
            "access.not_a_member"
        );
        let renamed = NewCustomer {
            phone: "0755-123".into(),
            active: false,
            ..named("好运连连")
        };
        let stale = renamed.clone();
        world
            .done(move |tx, meta| parties::update(tx, meta, first, 1, renamed.clone()))
            .await;
        assert_eq!(
            world
                .refused(move |tx, meta| parties::update(tx, meta, first, 1, stale.clone()))
                .await,
            "parties.changed_meanwhile"
        );
        let row = world.read(move |tx| parties::get(tx, first)).await;
        assert_eq!(
            (row.code.as_str(), row.name.as_str(), row.active, row.version),
            ("C0001", "好运连连", false, 2)
        );
        let missing = parties::CustomerId::new(1);
        assert_eq!(
            world.refused(move |tx, _| parties::get(tx, missing)).await,
            "parties.customer_not_found"
        );
    });
}
