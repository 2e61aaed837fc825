//! First contact of a terminal.
pub(super) async fn enrol() {}
pub(super) async fn decision() {}
