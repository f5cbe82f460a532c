//! A disk that a test can fill.

use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one file takes at least.
const PAGE: u64 = 4096;

pub struct SmallDisk {
    folder: PathBuf,
    /// Takes the disk away with this process, because its standard input ends.
    keeper: Child,
}

impl SmallDisk {
    /// A disk in memory, of so many bytes. None where mounting is not permitted here.
    pub fn mount(bytes: u64) -> Option<SmallDisk> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        if std::env::var_os("TEST_WITHOUT_MOUNT").is_some() {
            return None;
        }
        let folder = super::files().join(format!("disk-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir(&folder).expect("a new folder");
        let size = format!("size={bytes},mode=755");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "muctieu-test"]).arg(&folder).output();
        if !mount.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let keeper = Command::new("sh")
            .args(["-c", "cat >/dev/null; umount -l \"$0\""])
            .arg(&folder)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell can be started");
        Some(SmallDisk { folder, keeper })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Take all the space there is, but for so many pages.
    pub fn fill_but(&self, pages: u64) {
        let mut ballast = std::fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("ballast"))
            .expect("a file");
        let mut end = ballast.seek(SeekFrom::End(0)).expect("a file");
        while ballast.write_all(&[1; PAGE as usize]).is_ok() {
            end += PAGE;
        }
        ballast.set_len(end.saturating_sub(pages * PAGE)).expect("a file");
    }

    /// Give all of it back.
    pub fn free(&self) {
        std::fs::remove_file(self.folder.join("ballast")).expect("the disk was filled");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Whoever still has a file open keeps it until it ends.
        let _ = self.keeper.wait();
    }
}
