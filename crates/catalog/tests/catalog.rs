//! Products on both databases: codes, changes, files, and what cannot be sold.

use catalog::{Named, NewProduct, ProductKind, Virtual};
use testkit::World;

fn product(code: &str, name: &str, price: &str) -> NewProduct {
    NewProduct {
        code: code.into(),
        name: name.into(),
        unit: "盒".into(),
        price: price.parse().unwrap(),
        barcode: String::new(),
        active: true,
    }
}

#[test]
fn products_are_numbered_changed_and_loaded() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let mut ids = Vec::new();
        for number in 0..20 {
            let new = product("", &format!("茶 {number}"), "12.5");
            ids.push(
                world
                    .done(move |tx, meta| catalog::create_product(tx, meta, new.clone()))
                    .await,
            );
        }
        for count in [1, 3, 4, 5, 16, 17, 20] {
            let wanted = ids[..count].to_vec();
            let found = world.read(move |tx| catalog::load(tx, &wanted)).await;
            let mut found: Vec<_> = found.iter().map(|row| row.id).collect();
            found.sort_unstable();
            assert_eq!(found, ids[..count]);
        }
        let first = ids[0];
        let change = product("P0002", "茶", "1");
        let code = world
            .refused(move |tx, meta| catalog::update_product(tx, meta, first, 1, change.clone()))
            .await;
        assert_eq!(code, "catalog.code_taken");
        world
            .done(move |tx, meta| catalog::update_product(tx, meta, first, 1, product("", "绿茶", "1")))
            .await;
        let code = world
            .refused(move |tx, meta| catalog::update_product(tx, meta, first, 1, product("", "红茶", "1")))
            .await;
        assert_eq!(code, "catalog.changed_meanwhile");
        let row = world.read(move |tx| catalog::get(tx, first)).await;
        assert_eq!(
            (row.code.as_str(), row.name.as_str(), row.version),
            ("P0001", "绿茶", 2)
        );
    });
}

#[test]
fn files_find_or_make_products_and_virtual_ones_are_no_goods() {
    db::testing::both(|db| async move {
        let world = World::new(db).await;
        let made = world
            .done(|tx, meta| {
                let price = "-2".parse()?;
                let named = |code| Named {
                    code,
                    name: "",
                    unit: "",
                    price,
                };
                let first =
                    catalog::find_or_create(tx, meta, &[named("85123A"), named("M"), named("85123A")])?;
                let again = catalog::find_or_create(tx, meta, &[named("M"), named("D")])?;
                assert_eq!((first[0], first[1]), (first[2], again[0]));
                let virtual_one = catalog::virtual_product(tx, meta, Virtual::BadDebt)?;
                assert_eq!(virtual_one, catalog::virtual_product(tx, meta, Virtual::BadDebt)?);
                Ok([first[0], virtual_one])
            })
            .await;
        let rows = world.read(move |tx| catalog::load(tx, &made)).await;
        let goods = rows.iter().find(|row| row.kind == ProductKind::Goods).unwrap();
        // A negative price of a file is not offered later.
        assert_eq!(
            (goods.name.as_str(), goods.price.to_string()),
            ("85123A", "0".to_owned())
        );
        let [_, virtual_one] = made;
        let code = world
            .refused(move |tx, meta| catalog::update_product(tx, meta, virtual_one, 1, product("", "x", "1")))
            .await;
        assert_eq!(code, "catalog.code_reserved");
        let code = world
            .refused(|tx, meta| catalog::create_product(tx, meta, product("BAD-DEBT", "x", "1")))
            .await;
        assert_eq!(code, "catalog.code_reserved");
    });
}
