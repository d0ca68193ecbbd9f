//! The arena: who has which part of the code memory.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cache;
use super::error::CodeError;
use super::fork;
use super::free_list::{FreeList, granules};
use super::mapping::Mapping;
use super::options::ArenaOptions;
use super::placement::place;
use super::reach::branch_reaches;
use super::shared::Registry;

/// Capacities are multiples of 64 KiB, the largest page that Linux has on aarch64.
const PAGE: usize = 64 << 10;

/// The smallest page, and so what an arena is sure to be aligned to.
const MAX_ALIGN: usize = 4 << 10;

/// One arena of code memory. Any thread may allocate, commit and drop while others execute code of the arena.
///
/// A fork while another thread is inside one of its calls leaves the child with an arena that it cannot allocate from,
/// as it does with every lock.
#[derive(Debug)]
pub struct CodeSpace {
    executable: Range<usize>,
    state: Mutex<State>,
    registry: Registry,
}

#[derive(Debug)]
struct State {
    mapping: Mapping,
    free: FreeList,
    /// The number of forks up to which nobody else has this memory.
    forks: u64,
}

/// How full an arena is, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usage {
    /// All there is.
    pub capacity: usize,
    /// In use, or lost to rounding.
    pub used: usize,
    /// The largest free piece.
    pub largest_free: usize,
}

impl CodeSpace {
    /// An empty arena.
    ///
    /// # Errors
    /// If the capacity is out of the question, the address asked for is not free, or the system has no memory or does
    /// not let it be executed. That it could not be placed near what was asked for is none; see [`Self::reaches`].
    pub fn new(options: &ArenaOptions) -> Result<Arc<Self>, CodeError> {
        let wanted = options.capacity;
        let capacity = wanted
            .checked_next_multiple_of(PAGE)
            .filter(|&capacity| capacity > 0 && isize::try_from(capacity).is_ok())
            .ok_or(CodeError::BadCapacity { capacity: wanted })?;
        let forks = fork::count();
        let mapping = place(capacity, options)?;
        let start = mapping.address();
        Ok(Arc::new(Self {
            executable: start..start + capacity,
            state: Mutex::new(State {
                mapping,
                free: FreeList::new(capacity),
                forks,
            }),
            registry: Registry::default(),
        }))
    }

    /// The addresses at which the arena's code is executed.
    pub fn range(&self) -> Range<usize> {
        self.executable.clone()
    }

    /// Whether `b` and `bl` from anywhere in the arena can go to `address`.
    pub fn reaches(&self, address: usize) -> bool {
        branch_reaches(self.executable.start, address)
            && branch_reaches(self.executable.end - 4, address)
    }

    /// Whether an instruction anywhere in the arena that holds distances from `least` to `most` gets to `address`.
    pub fn holds_distance(&self, address: usize, least: i64, most: i64) -> bool {
        let ends = [self.executable.start, self.executable.end - 4];
        ends.iter()
            .all(|&from| (least..=most).contains(&(address.wrapping_sub(from) as i64)))
    }

    /// How full it is.
    pub fn usage(&self) -> Usage {
        let state = self.lock();
        let capacity = self.executable.len();
        Usage {
            capacity,
            used: capacity - state.free.free(),
            largest_free: state.free.largest(),
        }
    }

    /// Sets apart a place for `bytes` bytes of code that will not move. Its address is a multiple of `align`, a power of
    /// two up to 4 KiB, and of 16.
    ///
    /// # Errors
    /// [`CodeError::ArenaFull`], [`CodeError::BadAlignment`].
    pub fn allocate(
        self: &Arc<Self>,
        bytes: usize,
        align: usize,
    ) -> Result<Reservation, CodeError> {
        if !align.is_power_of_two() || align > MAX_ALIGN {
            return Err(CodeError::BadAlignment { align });
        }
        let mut state = self.lock();
        let place = state
            .free
            .allocate(bytes, align)
            .ok_or_else(|| CodeError::ArenaFull {
                wanted: bytes,
                largest_free: state.free.largest(),
                capacity: self.executable.len(),
            })?;
        drop(state);
        Ok(Reservation(Place {
            space: Arc::clone(self),
            offset: place.start,
            reserved: place.len(),
            length: bytes,
        }))
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The state is consistent whenever it can be observed, so a panic elsewhere spoils nothing.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Before anything is written: makes sure that nobody but this process sees it.
    fn own_memory(&mut self) -> Result<(), CodeError> {
        let forks = fork::count();
        if self.forks != forks {
            let used = self.free.used_end(self.mapping.len());
            self.mapping.detach(used)?;
            let start = self.mapping.address();
            cache::publish(start..start + used);
            self.forks = forks;
        }
        Ok(())
    }
}

/// A part of an arena, given back when dropped.
#[derive(Debug)]
struct Place {
    space: Arc<CodeSpace>,
    offset: usize,
    /// The bytes taken from the arena, whole granules.
    reserved: usize,
    /// The bytes asked for or used.
    length: usize,
}

impl Place {
    fn address(&self) -> usize {
        self.space.executable.start + self.offset
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let range = self.offset..self.offset + self.reserved;
        self.space.lock().free.release(range);
    }
}

/// A place for code that has not been written. Dropping it gives the place back.
#[derive(Debug)]
#[must_use = "the place is given back at once"]
pub struct Reservation(Place);

impl Reservation {
    /// Where the code will be executed.
    pub fn address(&self) -> usize {
        self.0.address()
    }

    /// How many bytes were asked for.
    pub fn len(&self) -> usize {
        self.0.length
    }

    /// Whether no byte was asked for.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts `code` there and makes every processor see it. If it is shorter than the place, the rest is given back.
    ///
    /// Other threads may execute it once they learn of its address through anything that synchronises (a lock, a
    /// release store).
    ///
    /// # Errors
    /// [`CodeError::CodeTooLong`]; [`CodeError::System`] if the process has forked and there is no memory for a copy of
    /// the arena. The place is given back.
    pub fn commit(mut self, code: &[u8]) -> Result<CodeRange, CodeError> {
        let place = &mut self.0;
        let too_long = CodeError::CodeTooLong {
            address: place.address(),
            length: code.len(),
            reserved: place.length,
        };
        let needed = granules(code.len()).filter(|_| code.len() <= place.length);
        let needed = needed.ok_or(too_long)?;

        let address = place.address();
        let mut state = place.space.lock();
        state.own_memory()?;
        state.mapping.write(place.offset, code);
        cache::publish(address..address + code.len());
        if needed < place.reserved {
            let rest = place.offset + needed..place.offset + place.reserved;
            state.free.release(rest);
        }
        drop(state);
        place.reserved = needed;
        place.length = code.len();
        Ok(CodeRange(self.0))
    }
}

/// Code in its place. Dropping it gives the place back; nobody may execute it any more, or return into it, by then.
#[derive(Debug)]
#[must_use = "the code goes away at once"]
pub struct CodeRange(Place);

impl CodeRange {
    /// Where the code begins.
    pub fn address(&self) -> usize {
        self.0.address()
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.0.length
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The addresses of its bytes.
    pub fn range(&self) -> Range<usize> {
        self.address()..self.address() + self.len()
    }

    /// A copy of its bytes.
    pub fn read(&self) -> Vec<u8> {
        self.0.space.lock().mapping.read(self.0.offset, self.len())
    }

    /// The arena that it lies in.
    pub fn space(&self) -> &Arc<CodeSpace> {
        &self.0.space
    }
}
