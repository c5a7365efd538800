//! Memory with a fence: who reads one byte too many is killed by the system.

use std::ptr::null_mut;
use std::sync::OnceLock;

/// Words whose last byte is the last of a page; the page behind can't be touched.
pub struct Fenced {
    pages: *mut u8,
    start: *mut usize,
}

impl Fenced {
    pub fn new(words: &[usize]) -> Fenced {
        let (page, bytes) = (page(), size_of_val(words));
        assert!(bytes <= page);
        let pages = map(2 * page, libc::PROT_READ | libc::PROT_WRITE);
        // SAFETY: the second of two pages that were just mapped; the words fit into the first.
        unsafe {
            let fence = pages.add(page);
            assert_eq!(libc::mprotect(fence.cast(), page, libc::PROT_NONE), 0);
            let start = fence.sub(bytes).cast::<usize>();
            words.as_ptr().copy_to_nonoverlapping(start, words.len());
            Fenced { pages, start }
        }
    }

    pub fn start(&self) -> *mut usize {
        self.start
    }

    pub fn address(&self) -> usize {
        self.start.expose_provenance()
    }
}

impl Drop for Fenced {
    fn drop(&mut self) {
        // SAFETY: mapped in `new`, with this length.
        unsafe { libc::munmap(self.pages.cast(), 2 * page()) };
    }
}

/// An address, aligned for pointers, of a page that can't be touched.
pub fn forbidden() -> usize {
    static PAGE: OnceLock<usize> = OnceLock::new();
    *PAGE.get_or_init(|| map(page(), libc::PROT_NONE).expose_provenance())
}

fn page() -> usize {
    // SAFETY: a question.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

fn map(bytes: usize, protection: libc::c_int) -> *mut u8 {
    // SAFETY: new memory, wherever the system likes.
    let pages = unsafe { libc::mmap(null_mut(), bytes, protection, libc::MAP_PRIVATE | libc::MAP_ANON, -1, 0) };
    assert_ne!(pages, libc::MAP_FAILED);
    pages.cast()
}
