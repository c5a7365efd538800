//! Forged structs: what the proof refuses, and that it reads no byte that is not there. What it gets lies in front of
//! memory that can't be touched, and so do the rows' pointers; the rows themselves lie in such memory.

mod fenced;

use super::super::mode::MODES;
use super::*;
use fenced::{Fenced, forbidden};

/// A field of a forged struct, which is laid out as C's compilers do it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    Name,
    Int(c_int),
    Pointer(usize),
}

use Field::{Int, Name, Pointer};

// Where fields are in `Forged::fields`.
const KIND: usize = 1;
const BANDS: usize = 3;
const XSIZE: usize = 4;
const YSIZE: usize = 5;
const PALETTE: usize = 6;
const IMAGE8: usize = 7;
const IMAGE32: usize = 8;
const IMAGE: usize = 9;
const BLOCKS: usize = 11;
const PIXELSIZE: usize = 12;
const LINESIZE: usize = 13;

/// The most that is read of a struct.
const HEAD: usize =
    if size_of::<HeadName>() > size_of::<HeadId>() { size_of::<HeadName>() } else { size_of::<HeadId>() };

/// A forged image, 3 x 2 pixels.
struct Forged {
    fields: Vec<Field>,
    rows: Fenced,
    claim: Claim,
    layout: Layout,
    /// By how many bytes all fields lie behind where they should.
    shift: usize,
}

fn forge(mode: &'static Mode, layout: Layout) -> Forged {
    let (width, height) = (3, 2);
    let line = (width * mode.pixel) as c_int;
    let addresses: Vec<usize> = (0..height).map(|y| forbidden() + y * line as usize).collect();
    let rows = Fenced::new(&addresses);
    let image = Pointer(rows.address());
    let [image8, image32] = if mode.pixel == 4 { [Pointer(0), image] } else { [image, Pointer(0)] };
    let first = if layout == Layout::ModeName { Name } else { Int(1) };
    let ints = [mode.imaging_type(), 0, mode.offsets.len() as c_int, width as c_int, height as c_int].map(Int);
    let block = Pointer(forbidden() + 64);
    let pointers = [Pointer(forbidden()), image8, image32, image, block, Pointer(0)];
    let fields = [&[first][..], &ints, &pointers, &[Int(mode.pixel as c_int), Int(line)]].concat();
    let claim = Claim { mode, size: (width as i32, height as i32), bands: mode.offsets.len() as i32 };
    Forged { fields, rows, claim, layout, shift: 0 }
}

fn rgb() -> Forged {
    forge(Mode::find("RGB").unwrap(), Layout::ModeId)
}

fn every_forged() -> impl Iterator<Item = Forged> {
    MODES.iter().flat_map(|mode| Layout::ALL.map(|layout| forge(mode, layout)))
}

impl Forged {
    fn prove_as(&self, layout: Layout) -> Result<RowTable, &'static str> {
        let mut bytes: Vec<u8> = Vec::new();
        for field in &self.fields {
            let (align, value) = match field {
                Name => (1, b"forged\0".to_vec()),
                Int(int) => (align_of::<c_int>(), int.to_ne_bytes().to_vec()),
                Pointer(pointer) => (align_of::<usize>(), pointer.to_ne_bytes().to_vec()),
            };
            bytes.resize(bytes.len().next_multiple_of(align), 0xEE);
            bytes.extend(value);
        }
        bytes.splice(0..0, vec![0; self.shift]);
        bytes.resize(HEAD, 0xEE); // What is behind is not read: there is nothing.
        let words: Vec<usize> =
            bytes.chunks_exact(size_of::<usize>()).map(|word| usize::from_ne_bytes(word.try_into().unwrap())).collect();
        let head = Fenced::new(&words);
        // SAFETY: as many bytes as the larger head has; `image` is the table of `rows`, or is not followed, which is tested.
        unsafe { prove(NonNull::new(head.start().cast()).unwrap(), layout, &self.claim) }
    }

    fn prove(&self) -> Result<RowTable, &'static str> {
        self.prove_as(self.layout)
    }

    /// Whether the proof fails, in both layouts; if it does not, what it gives must be right.
    fn is_refused(&self) -> bool {
        Layout::ALL.map(|layout| self.prove_as(layout)).iter().all(|result| match result {
            Err(_) => true,
            Ok(table) => {
                assert_eq!(table.rows.as_ptr().addr(), self.rows.address(), "{:?}", self.fields);
                assert_eq!((table.width, table.height, table.row_bytes), (3, 2, 3 * self.claim.mode.pixel));
                false
            }
        })
    }
}

#[test]
fn every_mode_is_proved_in_its_own_layout_only() {
    for forged in every_forged() {
        let table = forged.prove().unwrap();
        assert_eq!((table.width, table.height, table.row_bytes), (3, 2, 3 * forged.claim.mode.pixel));
        assert_eq!(table.rows.as_ptr().addr(), forged.rows.address());
        assert!(!table.mapped);
        for other in Layout::ALL.into_iter().filter(|&other| other != forged.layout) {
            assert!(forged.prove_as(other).is_err());
        }
    }
}

#[test]
fn memory_without_blocks_is_called_mapped() {
    let mut forged = rgb();
    forged.fields[BLOCKS - 1] = Pointer(0);
    assert!(forged.prove().unwrap().mapped);
    forged.fields[BLOCKS] = Pointer(forbidden());
    assert!(!forged.prove().unwrap().mapped);
}

#[test]
fn a_shifted_struct_is_refused() {
    for mut forged in every_forged() {
        for shift in [4, 8, 12, 16] {
            // A shift by 4 puts the int fields where the older head has them, but no pointer.
            forged.shift = shift;
            assert!(forged.is_refused(), "shifted by {shift}");
        }
    }
}

#[test]
fn a_field_more_or_less_or_elsewhere_is_refused_or_does_no_harm() {
    let mut refused = 0;
    for mut forged in every_forged() {
        let (whole, table) = (forged.fields.clone(), Pointer(forged.rows.address()));
        let mut look = |change: &dyn Fn(&mut Vec<Field>)| {
            forged.fields.clone_from(&whole);
            change(&mut forged.fields);
            refused += usize::from(forged.is_refused());
        };
        for at in 0..whole.len() {
            for more in [Int(0), Int(3), Pointer(0), Pointer(forbidden()), table] {
                look(&|fields| fields.insert(at, more));
            }
            look(&|fields| _ = fields.remove(at));
            (0..at).for_each(|other| look(&|fields| fields.swap(at, other)));
        }
    }
    assert!(refused > 4000, "only {refused}");
}

#[test]
fn pointers_in_any_other_order_are_refused_or_do_no_harm() {
    for name in ["L", "RGB"] {
        let mode = Mode::find(name).unwrap();
        for order in orders(6) {
            let mut forged = forge(mode, Layout::ModeId);
            let pointers = forged.fields[PALETTE..PIXELSIZE].to_vec();
            order.iter().enumerate().for_each(|(to, &from)| forged.fields[PALETTE + to] = pointers[from]);
            let same = forged.fields[IMAGE8..=IMAGE] == pointers[1..=3];
            assert_eq!(forged.is_refused(), !same, "{name} {order:?}");
        }
    }
}

#[test]
fn each_wrong_field_is_named() {
    let refuse = |name: &str, field: usize, value: Field| {
        for layout in Layout::ALL {
            let mut forged = forge(Mode::find("RGB").unwrap(), layout);
            forged.fields[field] = value;
            let error = forged.prove().unwrap_err();
            assert!(error.contains(name), "{error} for {name}");
        }
    };
    for wrong in [4, -3, 0, c_int::MAX, c_int::MIN] {
        refuse("xsize", XSIZE, Int(wrong));
        refuse("ysize", YSIZE, Int(wrong));
    }
    refuse("bands", BANDS, Int(4));
    refuse("type", KIND, Int(2));
    for wrong in [8, 1, 0, -4] {
        refuse("pixelsize", PIXELSIZE, Int(wrong));
    }
    refuse("linesize", LINESIZE, Int(13));
    refuse("image8", IMAGE8, Pointer(forbidden()));
    refuse("image", IMAGE32, Pointer(0));
    refuse("image", IMAGE32, Pointer(forbidden()));
    refuse("image", IMAGE, Pointer(forbidden()));
}

#[test]
fn a_table_that_is_null_or_at_an_odd_address_is_not_followed() {
    for table in [0, 1, forbidden() + 1, usize::MAX] {
        let mut forged = rgb();
        (forged.fields[IMAGE32], forged.fields[IMAGE]) = (Pointer(table), Pointer(table));
        assert!(forged.prove().unwrap_err().contains("image"), "{table:#x}");
    }
    let mut forged = rgb();
    forged.fields.swap(IMAGE8, IMAGE32);
    assert!(forged.prove().unwrap_err().contains("image"));
}

#[test]
fn a_claim_that_the_mode_contradicts_is_refused() {
    let mut forged = rgb();
    forged.claim.bands = 4;
    assert!(forged.prove().is_err());
    forged.fields[BANDS] = Int(4);
    assert!(forged.prove().is_err());
}

#[test]
fn null_rows_are_refused_and_odd_rows_are_not() {
    let cases = [(0, 0, false), (1, 0, false), (1, usize::MAX - 4, false), (1, usize::MAX, false), (1, 0x1001, true)];
    for (y, address, sane) in cases {
        let mut forged = rgb();
        let mut rows = [forbidden(), forbidden() + 12];
        rows[y] = address;
        forged.rows = Fenced::new(&rows);
        let table = Pointer(forged.rows.address());
        (forged.fields[IMAGE32], forged.fields[IMAGE]) = (table, table);
        assert_eq!(forged.prove().is_ok(), sane, "{address:#x}");
    }
}

#[test]
fn all_of_a_tall_table_is_looked_at() {
    for height in [1, 2, 7, 64, 1001] {
        let mut rows: Vec<usize> = (0..height).map(|y| 0x1000 + 16 * y).collect();
        assert!(rows_are_sane(&rows, 16));
        for y in 0..height {
            let row = std::mem::take(&mut rows[y]);
            assert!(!rows_are_sane(&rows, 16), "{y} of {height}");
            rows[y] = row;
        }
    }
}

#[test]
fn null_rows_of_empty_images_are_fine() {
    let mut forged = rgb();
    forged.rows = Fenced::new(&[0, 0]);
    let table = Pointer(forged.rows.address());
    (forged.fields[IMAGE32], forged.fields[IMAGE]) = (table, table);
    (forged.fields[XSIZE], forged.fields[LINESIZE], forged.claim.size.0) = (Int(0), Int(0), 0);
    let table = forged.prove().unwrap();
    assert_eq!((table.row_bytes, table.mapped), (0, false));
}

/// Every order of `n` things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    (0..n).fold(vec![Vec::new()], |all, thing| {
        let longer = |order: &Vec<usize>, at: usize| [&order[..at], &[thing], &order[at..]].concat();
        all.iter().flat_map(|order| (0..=order.len()).map(move |at| longer(order, at))).collect()
    })
}
