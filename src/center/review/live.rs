//! Live figures (arrives with the overview).
/// Tells that figures have changed.
#[derive(Clone, Default)]
pub struct Pulse;
impl Pulse {
    /// Figures have changed.
    pub fn beat(&self) {}
    /// Ends live pages.
    pub fn close(&self) {}
}
/// pages
pub fn routes(_: super::super::accounts::Gate, _: super::super::db::Db, _: Pulse) -> axum::Router { axum::Router::new() }
