//! The one matrix of roles and permissions.

use crate::types::{Permission, Role};

impl Role {
    /// Whether a member with this role may do what the permission names.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::*;
        let reads = permission.as_str().ends_with(".read");
        match self {
            Role::Owner => true,
            Role::Accountant => permission != AccessManage,
            Role::Salesperson => reads || matches!(permission, PartiesWrite | SalesWrite),
            Role::Warehouse => matches!(
                permission,
                PartiesRead | CatalogRead | CatalogWrite | SalesRead | SalesWrite | SalesPost
            ),
            Role::ReadOnly => reads,
        }
    }

    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.may(*permission))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix() {
        let names = |role: Role| role.permissions().map(Permission::as_str).collect::<Vec<_>>();
        assert_eq!(Role::Owner.permissions().count(), Permission::ALL.len());
        assert_eq!(Role::Accountant.permissions().count(), Permission::ALL.len() - 1);
        assert!(!Role::Accountant.may(Permission::AccessManage));
        assert_eq!(
            names(Role::Warehouse),
            ["parties.read", "catalog.read", "catalog.write", "sales.read", "sales.write", "sales.post"]
        );
        assert!(names(Role::ReadOnly).iter().all(|name| name.ends_with(".read")));
        let sales = names(Role::Salesperson);
        assert!(sales.contains(&"sales.write") && !sales.contains(&"sales.post"));
    }

    #[test]
    fn names_round_trip() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse::<Permission>().unwrap(), *permission);
        }
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert!("sales.everything".parse::<Permission>().is_err());
    }
}
