//! Live figures (arrives with the overview).
/// Tells that figures have changed.
#[derive(Clone, Default)]
pub struct Pulse;
impl Pulse {
    /// Figures have changed.
    pub fn beat(&self) {}
}
