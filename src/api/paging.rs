//! Lists in pages: each page says from where to go on.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::{Kind, Problem};

const USUAL: usize = 50;
const MOST: usize = 200;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// How many items at most; 50 when not said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
    /// `next` of the page before.
    #[param(max_length = 200)]
    pub after: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The items, in the order of their keys.
    pub items: Vec<T>,
    /// Send it as `after` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Paging {
    /// The page out of a whole list. `key` is unique and orders the list; a cursor is the key of a page's last item,
    /// so that nothing is skipped or told twice when the list changes in between.
    ///
    /// # Errors
    /// The limit is out of range.
    pub fn cut<T>(&self, mut items: Vec<T>, key: impl Fn(&T) -> String) -> Result<Page<T>, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::new(
                Kind::Malformed,
                "limit",
                format!("limit ska vara 1–{MOST}."),
                format!("limit must be 1–{MOST}."),
            ));
        }
        items.sort_by_cached_key(&key);
        if let Some(after) = &self.after {
            items.retain(|item| key(item) > *after);
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(key);
        Ok(Page { items, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: Option<usize>, after: Option<&str>) -> (Vec<&'static str>, Option<String>) {
        let paging = Paging { limit, after: after.map(str::to_owned) };
        let page = paging.cut(vec!["d", "a", "c", "b"], |item| (*item).to_owned()).unwrap();
        (page.items, page.next)
    }

    #[test]
    fn pages_follow_each_other_without_gaps() {
        assert_eq!(page(Some(2), None), (vec!["a", "b"], Some("b".to_owned())));
        assert_eq!(page(Some(2), Some("b")), (vec!["c", "d"], None));
        assert_eq!(page(None, Some("bb")), (vec!["c", "d"], None));
        assert_eq!(page(None, Some("z")), (vec![], None));
    }

    #[test]
    fn a_limit_out_of_range_is_refused() {
        for limit in [0, 201] {
            let paging = Paging { limit: Some(limit), after: None };
            assert_eq!(paging.cut(vec![1], i32::to_string).unwrap_err().code, "limit");
        }
    }
}
