//! What the items of a list have to fit.

use crate::graph::Graph;
use crate::graph::filter::{Filter, Ids, LinkFilter};

/// All that the items of a list have to fit: the parts that are given.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    entity: Option<Filter>,
    link: Option<LinkFilter>,
    names_ids: bool,
}

impl Wanted {
    /// A filter on the entities of a list, and one on the relationships by which they stand in it.
    #[must_use]
    pub fn new(entity: Option<Filter>, link: Option<LinkFilter>) -> Self {
        let mut wanted = Self {
            entity,
            link,
            names_ids: false,
        };
        let mut names_ids = false;
        wanted.each_ids(&mut |_| names_ids = true);
        Self {
            names_ids,
            ..wanted
        }
    }

    /// What the entity has to fit.
    #[must_use]
    pub fn entity(&self) -> Option<&Filter> {
        self.entity.as_ref()
    }

    /// What the relationship has to fit; where there is none, it is not asked.
    #[must_use]
    pub fn link(&self) -> Option<&LinkFilter> {
        self.link.as_ref()
    }

    /// Whether everything fits.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.entity.is_none() && self.link.is_none()
    }

    /// The same with its ids looked up; `None` where that changes nothing.
    #[must_use]
    pub fn resolved(&self, graph: &Graph) -> Option<Self> {
        self.names_ids.then(|| {
            let mut wanted = self.clone();
            wanted.each_ids(&mut |ids| ids.resolve(graph));
            wanted
        })
    }

    fn each_ids(&mut self, visit: &mut dyn FnMut(&mut Ids)) {
        if let Some(entity) = &mut self.entity {
            entity.each_ids(visit);
        }
        if let Some(link) = &mut self.link {
            link.each_ids(visit);
        }
    }
}
