use super::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Frames that other kernels run in, which are tried with those.
const FRAMES: [&str; 2] = ["around::run", "pair::apart"];

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// `module::function` of each public function of `src/kernels` that takes rows.
fn kernels_in_the_sources() -> BTreeSet<String> {
    let folder = here().join("src/kernels");
    let mut found = BTreeSet::new();
    for path in files(&folder) {
        let module = path.strip_prefix(&folder).unwrap().with_extension("");
        let names: Vec<_> = module.iter().map(|part| part.to_str().unwrap()).filter(|&part| part != "mod").collect();
        let text = fs::read_to_string(&path).unwrap();
        // Functions of macros are indented; methods are too, but begin with themselves.
        for (at, _) in text.match_indices("pub fn ") {
            let signature = text[at..].split("\n}").next().unwrap().split(" {").next().unwrap();
            let name = signature["pub fn ".len()..].split(['(', '<']).next().unwrap();
            if signature.contains("Rows") && !signature.contains("self") && !name.starts_with("of_") {
                found.insert([&names[..], &[name]].concat().join("::"));
            }
        }
    }
    found
}

#[test]
fn every_kernel_is_fuzzed() {
    let expected = kernels_in_the_sources();
    assert!(expected.contains("invert::invert") && expected.contains("chops::chop"));
    let arms = kernels::arms();
    let mut fuzzed: BTreeSet<String> = arms.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(fuzzed.len(), arms.len(), "two arms have one name");
    fuzzed.extend(FRAMES.map(str::to_owned));
    assert_eq!(fuzzed, expected, "add what is missing to src/fuzzing/kernels");
}

/// Calls a target with what the fuzzer has found so far, an input a line.
fn again(target: &str, run: fn(&[u8])) {
    let lines = fs::read_to_string(here().join("tests/corpus").join(target).with_extension("txt")).unwrap();
    assert!(!lines.is_empty());
    for line in lines.lines() {
        let data: Vec<u8> =
            (0..line.len() / 2).map(|i| u8::from_str_radix(&line[2 * i..2 * i + 2], 16).unwrap()).collect();
        assert!(std::panic::catch_unwind(|| run(&data)).is_ok(), "{target}: {line}");
    }
}

#[test]
fn rows_of_the_corpus_are_what_plain_code_says() {
    again("rows", rows);
}

#[test]
fn kernels_of_the_corpus_do_what_plain_code_says() {
    again("kernels", kernels);
}

/// As a fuzzer would begin, so that each arm is run whatever the corpus has.
#[test]
fn every_kernel_does_what_plain_code_says() {
    let mut state = 1_u32;
    for (arm, (name, _)) in kernels::arms().into_iter().enumerate() {
        for _ in 0..100 {
            let mut data = vec![arm as u8];
            data.extend((0..60).map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            }));
            assert!(std::panic::catch_unwind(|| kernels(&data)).is_ok(), "{name}: {data:?}");
        }
    }
}
