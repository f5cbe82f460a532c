//! How threads share a processor that more of them want.

use std::time::Duration;

/// The shortest slice that the kernel grants.
const SLICE: Duration = Duration::from_micros(100);

/// Let this thread, which answers and then waits, run soon after it wakes beside others that compute for long, as an
/// import does. It asks for a short slice and gets no larger share of the processor for it. Linux 6.12 and later; where
/// there is no such thing, or it is not permitted, nothing changes but that answers may wait for the end of a longer
/// slice.
pub fn answer_promptly() {
    #[cfg(target_os = "linux")]
    linux::ask_for(SLICE);
}

#[cfg(target_os = "linux")]
mod linux {
    use libc::{SYS_sched_getattr, SYS_sched_setattr, c_uint, sched_attr, syscall};
    use std::time::Duration;

    /// The calling thread.
    const SELF: libc::pid_t = 0;
    const NO_FLAGS: c_uint = 0;

    /// What the kernel says of this thread; nothing where it does not answer.
    pub fn current() -> Option<sched_attr> {
        const SIZE: u32 = size_of::<sched_attr>() as u32;
        // SAFETY: the structure is of integers alone, for which zero is a value.
        let mut attributes: sched_attr = unsafe { std::mem::zeroed() };
        // SAFETY: the kernel writes no more than the size it is told.
        let failed = unsafe { syscall(SYS_sched_getattr, SELF, &raw mut attributes, SIZE, NO_FLAGS) } != 0;
        (!failed).then_some(attributes)
    }

    pub fn ask_for(slice: Duration) {
        // Anybody who gave the thread a policy of its own knows better.
        let Some(mut attributes) = current().filter(|now| i32::try_from(now.sched_policy) == Ok(libc::SCHED_OTHER))
        else {
            return;
        };
        attributes.sched_runtime = slice.as_nanos() as u64;
        // What it starts computes, it does not answer.
        attributes.sched_flags |= libc::SCHED_FLAG_RESET_ON_FORK as u64;
        // SAFETY: the kernel reads the structure, whose size stands in it, and keeps nothing of it.
        if unsafe { syscall(SYS_sched_setattr, SELF, &raw const attributes, NO_FLAGS) } != 0 {
            tracing::debug!(error = %std::io::Error::last_os_error(), "The kernel grants no shorter slice");
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// A kernel that knows of slices tells the one it granted; an older one tells none.
    #[test]
    fn a_thread_that_answers_has_the_shortest_slice() {
        let slice = || Duration::from_nanos(linux::current().expect("the kernel answers").sched_runtime);
        let before = slice();
        let nice = linux::current().expect("the kernel answers").sched_nice;
        answer_promptly();
        assert_eq!(slice(), if before.is_zero() { before } else { SLICE });
        assert_eq!(linux::current().expect("the kernel answers").sched_nice, nice);
        assert_eq!(std::thread::spawn(slice).join().expect("it ends"), before, "what it starts is not so");
    }
}
