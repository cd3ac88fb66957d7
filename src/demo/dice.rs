//! Chance that repeats: every throw comes from the rehearsal's seed and a name.
//!
//! Invariant: two dice of the same seed and name throw the same for ever, whatever else was thrown.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest as _, Sha256};

/// A run of throws.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of a name, such as `level/kardiologi/E2/2025`.
    #[must_use]
    pub fn of(seed: u64, name: &str) -> Dice {
        let mut digest = Sha256::new();
        digest.update(seed.to_le_bytes());
        digest.update(name.as_bytes());
        Dice(ChaCha8Rng::from_seed(digest.finalize().into()))
    }

    /// From 0 up to, not including, `end`; 0 when `end` is no more than 1.
    pub fn below(&mut self, end: i64) -> i64 {
        let throw = u64::from(self.0.next_u32());
        let end = u64::try_from(end.clamp(0, i64::from(u32::MAX))).unwrap_or_default();
        i64::try_from((throw * end) >> 32).unwrap_or_default()
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }

    /// True in so many cases of a thousand.
    pub fn chance(&mut self, of_thousand: i64) -> bool {
        self.below(1000) < of_thousand
    }

    /// Around 0, mostly within `spread` (its standard deviation), never beyond three times it.
    pub fn bell(&mut self, spread: i64) -> i64 {
        (0..3).map(|_| self.between(-spread, spread)).sum()
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let end = i64::try_from(of.len()).unwrap_or(i64::MAX);
        of.get(usize::try_from(self.below(end)).unwrap_or_default())
    }

    /// So many of them, each once, in a new order; all when there are fewer.
    pub fn some<'a, T>(&mut self, of: &'a [T], count: i64) -> Vec<&'a T> {
        let mut left: Vec<&T> = of.iter().collect();
        let mut taken = Vec::new();
        while i64::try_from(taken.len()).is_ok_and(|taken| taken < count) && !left.is_empty() {
            let end = i64::try_from(left.len()).unwrap_or(i64::MAX);
            taken.push(left.remove(usize::try_from(self.below(end)).unwrap_or_default()));
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_throws_the_same_and_another_name_does_not() {
        let throws = |name: &str| {
            let mut dice = Dice::of(1, name);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(throws("a"), throws("a"));
        assert_ne!(throws("a"), throws("b"));
    }

    #[test]
    fn throws_stay_within_their_ends() {
        let mut dice = Dice::of(7, "ends");
        for _ in 0..2000 {
            assert!((3..=5).contains(&dice.between(3, 5)));
            assert!(dice.bell(10).abs() <= 30);
        }
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.some(&[1, 2, 3], 5).len(), 3);
    }
}
