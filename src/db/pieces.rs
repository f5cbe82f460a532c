//! A map that is held in memory and changes a little with each write.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;

/// A map in pieces, so that changing one entry copies one piece.
#[derive(Clone)]
pub struct Pieces<K, V> {
    hasher: RandomState,
    pieces: Vec<Arc<HashMap<K, V>>>,
}

/// Number of pieces: 212,000 summaries of 10,600 units make pieces of some 40 units.
const PIECES: usize = 256;

impl<K: Hash + Eq + Clone, V: Clone> Pieces<K, V> {
    /// An empty one.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Pieces<K, V> {
        Pieces { hasher: RandomState::new(), pieces: (0..PIECES).map(|_| Arc::default()).collect() }
    }

    fn piece(&self, key: &K) -> usize {
        // The remainder is below 256.
        (self.hasher.hash_one(key) % PIECES as u64) as usize
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.pieces[self.piece(key)].get(key)
    }

    pub fn change(&mut self, key: &K) -> &mut HashMap<K, V> {
        let piece = self.piece(key);
        Arc::make_mut(&mut self.pieces[piece])
    }
}

impl<K, V> Pieces<K, V> {
    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pieces.iter().flat_map(|piece| piece.iter())
    }
}
