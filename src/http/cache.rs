//! Answers kept while what they rest on has not changed.

use super::Fresh;
use crate::error::Error;
use crate::values::LocalDate;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// What an answer rests on: a position of the journal (or a generation of the territory), and today.
pub type Stamp = (i64, LocalDate);

/// A bounded map of answers; a newer stamp empties it. An answer is found by what was asked, and by whatever else it
/// depends on: who asks, in which form.
pub struct ResponseCache<K = ()> {
    held: Mutex<Option<Held<K>>>,
}

impl<K> Default for ResponseCache<K> {
    fn default() -> Self {
        ResponseCache { held: Mutex::new(None) }
    }
}

struct Held<K> {
    stamp: Stamp,
    answers: HashMap<K, HashMap<String, Fresh>>,
    bytes: usize,
}

/// Bytes that are kept at the most, compressed forms not counted: they are a tenth of the plain ones.
const BYTES: usize = 64 * 1024 * 1024;

impl<K: Eq + Hash> ResponseCache<K> {
    /// The kept answer, or a new one.
    pub fn get_or(
        &self,
        stamp: Stamp,
        by: K,
        asked: &str,
        make: impl FnOnce() -> Result<Fresh, Error>,
    ) -> Result<Fresh, Error> {
        if let Some(held) = &*self.held.lock()
            && held.stamp == stamp
            && let Some(found) = held.answers.get(&by).and_then(|answers| answers.get(asked))
        {
            return Ok(found.clone());
        }
        let made = Fresh { compressed: Some(Arc::default()), ..make()? };
        let size = asked.len() + made.bytes.len();
        let mut guard = self.held.lock();
        match &mut *guard {
            Some(held) if held.stamp == stamp && held.bytes + size <= BYTES => {
                held.bytes += size;
                held.answers.entry(by).or_default().insert(asked.to_owned(), made.clone());
            }
            // A request that began before the last write must not bring an older state back.
            Some(held) if held.stamp > stamp => {}
            _ => {
                let answers = HashMap::from([(asked.to_owned(), made.clone())]);
                *guard = Some(Held { stamp, answers: HashMap::from([(by, answers)]), bytes: size });
            }
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Scalar;

    #[test]
    fn an_answer_is_kept_until_its_stamp_changes() {
        let cache = ResponseCache::<()>::default();
        let day = LocalDate::parse("2023-03-10").unwrap();
        let answer = |text: &str| Ok(Fresh::bytes(text.as_bytes().to_vec(), "text/plain"));
        let read = |stamp, made: &str| cache.get_or((stamp, day), (), "key", || answer(made)).unwrap().bytes;
        assert_eq!(read(1, "one"), "one");
        assert_eq!(read(1, "other"), "one");
        assert_eq!(read(2, "two"), "two");
        assert_eq!(read(1, "old"), "old");
        assert_eq!(read(2, "other"), "two");
    }
}
