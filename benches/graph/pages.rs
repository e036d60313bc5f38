//! Pages in the declared order of a relationship.

use onrecord::graph::filter::Wanted;
use onrecord::graph::page::{Selection, Stretch, page};
use onrecord::graph::view::View;
use onrecord::graph::walk::Budget;
use onrecord::model::change::Transaction;
use onrecord::model::ontology::Direction;

use crate::generator;
use crate::table::Table;
use crate::world::{World, entity, relationship};

/// How many edges the smaller row has.
const FEW: usize = 100;

/// How many a page shows.
const PAGE: usize = 25;

/// The first page, by name, of a statement that speaks of everything, and of one that speaks of a hundred things.
/// By hand the row is read and the first of it are chosen by the place of their names, which is known beforehand.
pub(crate) fn first_page(world: &World, table: &mut Table) {
    if !table.wants("first page") {
        return;
    }
    // A hub joins all with all, so that it lies in a version of its own.
    let mut graph = world.graph();
    let everything: Vec<_> = world.view.graph().entities().collect();
    let ids: Vec<&str> = everything
        .iter()
        .map(|entity| world.view.id(*entity).as_str())
        // The source is not spoken of: it is what speaks.
        .filter(|id| !id.starts_with("source:"))
        .collect();
    for speaking in spoken_of(&ids) {
        graph.check(&speaking).expect("a transaction that fits");
        graph.apply(&speaking);
    }
    graph.seal();
    let view = View::now(graph);
    let speaks_of = relationship(&view, "SPEAKS_OF");
    let stretch = Stretch {
        after: None,
        before: None,
        limit: PAGE,
        from_end: false,
    };
    let selection = Selection {
        wanted: &Wanted::default(),
        order: &[],
        sorted: true,
        stretch: &stretch,
        count: false,
    };
    for (statement, count) in [("statement:hub", ids.len()), ("statement:small", FEW)] {
        let start = entity(&view, statement);
        let numbers: Vec<u32> = ids[..count]
            .iter()
            .map(|id| world.by_hand.number(id))
            .collect();
        let by_name = &world.by_hand.by_name;
        table.compare(
            &format!("first page of {count} in declared order"),
            1,
            || {
                let row = view.row(start, speaks_of, Direction::Out);
                let found = page(&view, row, &selection, &mut Budget::new(u64::MAX));
                let items = found.expect("a budget without an end").items;
                items.iter().map(|hop| u64::from(hop.entity.number())).sum()
            },
            || {
                let mut places: Vec<(u32, u32)> = numbers
                    .iter()
                    .map(|number| (by_name[*number as usize], *number))
                    .collect();
                places.select_nth_unstable(PAGE);
                places.truncate(PAGE);
                places.sort_unstable();
                places.iter().map(|(_, number)| u64::from(*number)).sum()
            },
        );
    }
}

/// Two statements: one speaks of all that there is, one of the first few.
fn spoken_of(ids: &[&str]) -> Vec<Transaction> {
    let mut writer = generator::Writer::new();
    for (statement, about) in [("hub", ids), ("small", &ids[..FEW])] {
        let id = format!("statement:{statement}");
        writer.put(&id);
        for about in about {
            writer.relate(&id, "SPEAKS_OF", about);
        }
    }
    writer.finish()
}
