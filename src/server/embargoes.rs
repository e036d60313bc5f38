//! Embargoes end by themselves while the server runs.

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use crate::api::Engine;

/// How often it is looked whether one is over. That costs a glance at those that hold.
const EVERY: Duration = Duration::from_secs(1);

/// Lifts embargoes when they are due, as long as the log takes that.
pub async fn lift_embargoes(engine: Engine) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let engine = engine.clone();
        let lifted = spawn_blocking(move || engine.lift_embargoes()).await;
        if !lifted.is_ok_and(|lifted| lifted) {
            return;
        }
    }
}
