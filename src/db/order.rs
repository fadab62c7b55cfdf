//! The order of a list, as PeerTube's clients ask for it.

use crate::error::{Error, InvalidField, Location, Result};

/// Characters of a refused order that are repeated.
const MOST: usize = 100;

/// The `order by` of a list that can be sorted by `fields`: as clients name them, and their columns. `-` before the name is
/// downwards; when nothing is said, `-createdAt`. Rows that are alike there stand in the order of `id`.
///
/// # Errors
/// 400 naming `sort` and what there is.
pub fn order_by(sort: Option<&str>, fields: &[(&str, &str)], id: &str) -> Result<String> {
    let sort = sort.unwrap_or("-createdAt");
    let (name, direction) = sort.strip_prefix('-').map_or((sort, "asc"), |name| (name, "desc"));
    let Some((_, column)) = fields.iter().find(|(known, _)| *known == name) else {
        let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        return Err(Error::Invalid(vec![InvalidField {
            field: "sort".into(),
            rule: format!("This list is sorted by one of {}.", names.join(", ")).into(),
            location: Location::Query,
            value: Some(sort.chars().take(MOST).collect::<String>().into()),
        }]));
    };
    Ok(format!("order by {column} {direction}, {id} {direction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [(&str, &str); 2] = [("name", "a.name"), ("createdAt", "a.created_at")];

    #[test]
    fn only_columns_that_are_known_reach_a_query() {
        let of = |sort| order_by(sort, &FIELDS, "a.id");
        assert_eq!(of(None).unwrap(), "order by a.created_at desc, a.id desc");
        assert_eq!(of(Some("name")).unwrap(), "order by a.name asc, a.id asc");
        for wrong in ["", "-", "--name", "a.name", "name; drop table accounts"] {
            let Err(Error::Invalid(fields)) = of(Some(wrong)) else { panic!("{wrong:?} was taken") };
            assert_eq!(fields[0].rule, "This list is sorted by one of name, createdAt.");
        }
    }
}
