//! Runs a loop as compiled for the vector units that this processor has.
//!
//! Wheels are built for baseline x86-64 and aarch64. [`run`] holds three copies of the closure it is given, each
//! compiled for another level, and picks one at run time; the closure is plain safe code that the compiler
//! vectorizes. Closures passed here are `#[inline(always)]`: what is not inlined is compiled for the baseline.
//! [`lookup`], [`pack3`], [`weigh4`], [`interpolate`], [`Averages`] and [`Squares`] need instructions by name, which the
//! compiler does not find by itself.

mod average;
mod interleave;
mod interpolate;
mod lookup;
mod pack;
mod weigh;

pub use average::Averages;
#[cfg(target_arch = "x86_64")]
pub use interleave::TwoSquares;
pub use interleave::{OneSquare, Run, Squares};
pub use interpolate::{VALUE_BITS, WEIGHT_BITS, interpolate};
pub use lookup::lookup;
pub use pack::pack3;
pub use weigh::{has_weigh4, weigh_group, weigh4};

use std::sync::OnceLock;

/// The vector code in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every processor of the architecture has: SSE2, NEON.
    Baseline,
    /// AVX2, BMI and FMA: x86-64-v3.
    Avx2,
    /// AVX-512 as of Ice Lake: F, BW, VL, VBMI.
    Avx512,
}

impl Level {
    /// For `pilview.info()`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Baseline => "baseline",
            Level::Avx2 => "AVX2",
            Level::Avx512 => "AVX-512 VBMI",
        }
    }
}

/// The best level that this processor has; `PILVIEW_CPU=baseline` or `avx2` stays below it, to test or compare.
pub fn level() -> Level {
    static LEVEL: OnceLock<Level> = OnceLock::new();
    #[cfg(any(test, fuzzing))]
    if let Some(level) = testing::CHOSEN.get() {
        return level;
    }
    *LEVEL.get_or_init(|| {
        let wanted = match std::env::var("PILVIEW_CPU").as_deref() {
            Ok("baseline") => Level::Baseline,
            Ok("avx2") => Level::Avx2,
            _ => Level::Avx512,
        };
        detect().min(wanted)
    })
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Level {
    let has = |all: &[bool]| all.iter().all(|&has| has);
    let avx2 = has(&[
        is_x86_feature_detected!("avx2"),
        is_x86_feature_detected!("bmi1"),
        is_x86_feature_detected!("bmi2"),
        is_x86_feature_detected!("fma"),
    ]);
    let avx512 = has(&[
        is_x86_feature_detected!("avx512f"),
        is_x86_feature_detected!("avx512bw"),
        is_x86_feature_detected!("avx512vl"),
        is_x86_feature_detected!("avx512vbmi"),
    ]);
    match (avx2, avx512) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        _ => Level::Baseline,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn detect() -> Level {
    Level::Baseline
}

/// Another level for the calling thread.
#[cfg(any(test, fuzzing))]
pub(crate) mod testing {
    use super::{Level, detect};
    use std::cell::Cell;

    thread_local! {
        pub(super) static CHOSEN: Cell<Option<Level>> = const { Cell::new(None) };
    }

    /// The levels that this processor has.
    pub fn levels() -> Vec<Level> {
        [Level::Baseline, Level::Avx2, Level::Avx512].into_iter().filter(|&level| level <= detect()).collect()
    }

    /// From now on, on this thread.
    pub fn choose(level: Level) {
        assert!(level <= detect());
        CHOSEN.set(Some(level));
    }
}

/// Calls `f`, compiled for [`level`].
#[inline]
pub fn run<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    match level() {
        // SAFETY: `level` is at most what `detect` found, and it looks for exactly these features.
        Level::Avx512 => unsafe { x86::avx512(f) },
        // SAFETY: as above.
        Level::Avx2 => unsafe { x86::avx2(f) },
        Level::Baseline => f(),
    }
    #[cfg(not(target_arch = "x86_64"))]
    f()
}

/// The integer part of a value, cut to 0 and `max`; 0 for NaN. Rust's own conversion does the same, but the compiler has
/// no vector code for it.
#[inline(always)]
pub fn truncate(value: f32, max: f32) -> i32 {
    let value = if value > 0.0 { value } else { 0.0 };
    let max = if max < LARGEST { max } else { LARGEST };
    let value = if value < max { value } else { max };
    // SAFETY: from 0 to the largest float that an i32 holds; the comparisons above are false for NaN.
    unsafe { value.to_int_unchecked() }
}

/// The largest `f32` below 2^31.
const LARGEST: f32 = 2_147_483_520.0;

/// Asks for the memory some lines ahead. The more instructions a line takes, the fewer lines a processor waits for at a
/// time by itself; asking early keeps enough of them under way.
#[inline(always)]
pub fn ask_ahead(line: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 has the instruction, and a hint may point anywhere: nothing is read.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().wrapping_add(AHEAD).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}

/// Asks for memory that will be read soon.
#[inline(always)]
pub fn ask(bytes: &[u8]) {
    for line in bytes.chunks(64) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: as in `ask_ahead`.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = line;
    }
}

/// Bytes that `ask_ahead` looks ahead (benches: `threshold` and `point` on 24 megapixels).
#[cfg(target_arch = "x86_64")]
const AHEAD: usize = 2048;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,bmi1,bmi2,fma")]
    pub fn avx2<R>(f: impl FnOnce() -> R) -> R {
        f()
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,fma,avx512f,avx512bw,avx512vl,avx512vbmi")]
    pub fn avx512<R>(f: impl FnOnce() -> R) -> R {
        f()
    }

    /// 64 bytes as a vector.
    #[target_feature(enable = "avx512f")]
    pub fn load(bytes: &[u8; 64]) -> __m512i {
        // SAFETY: 64 readable bytes, and the load is the unaligned one.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncate_is_rusts_own_conversion() {
        for max in [0.0, 255.0, 65535.0, 2_147_483_520.0, f32::INFINITY] {
            for bits in (0..=u32::MAX).step_by(40_961) {
                let value = f32::from_bits(bits);
                let cut = if value.is_nan() { 0.0 } else { value.clamp(0.0, max) };
                assert_eq!(truncate(value, max), cut.min(2_147_483_520.0) as i32, "{value} {max}");
            }
        }
    }

    #[test]
    fn run_returns_what_the_closure_returns() {
        assert_eq!(run(|| 7), 7);
    }
}
