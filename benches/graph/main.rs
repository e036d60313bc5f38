//! What the graph and the executor cost in this process, beside loops written by hand over the same data.
//!
//! `cargo bench --bench graph` makes the graph of the generator, and the same data as plain petgraph rows, takes
//! every measurement of both in turn, and prints their ratio. `THOUSANDS=10` measures a smaller graph, and words after
//! `--` choose the measurements whose names contain one of them.
//!
//! To add a measurement, write a function that takes the [`World`] and a [`Table`], and name it in [`main`].

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and prints what it measured"
)]

mod aggregates;
mod by_hand;
mod executor;
#[path = "../generator/mod.rs"]
mod generator;
mod pages;
#[path = "../shapes/mod.rs"]
mod shapes;
mod table;
mod walks;
mod world;

use table::Table;
use world::World;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let world = World::make(generator::Sizes::asked());
    let mut table = Table::begin();
    walks::expansion(&world, &mut table);
    walks::closure(&world, &mut table);
    walks::shortest_paths(&world, &mut table);
    pages::first_page(&world, &mut table);
    aggregates::groups(&world, &mut table);
    executor::shapes(&world, &mut table);
}
