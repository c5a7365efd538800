//! Which C functions can be called for rows, and what a function's type, in whatever words, says about it.

use std::ffi::{c_long, c_void};

/// `void fn(void *row, intptr_t width, intptr_t y, void *data)`. (It unwinds where CPython ends its thread: see `shutdown`.)
pub type OneRow = unsafe extern "C-unwind" fn(*mut c_void, isize, isize, *mut c_void);

/// `void fn(void *row, const void *other, intptr_t width, intptr_t y, void *data)`.
pub type TwoRows = unsafe extern "C-unwind" fn(*mut c_void, *const c_void, isize, isize, *mut c_void);

/// What a value is to the calling convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To whatever.
    Pointer,
    /// An integer as long as a pointer.
    Word,
    /// No value: the result of a function that gives none.
    Void,
    /// Anything else.
    Other,
}

/// The C function that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// [`OneRow`].
    OneRow,
    /// [`TwoRows`].
    TwoRows,
}

impl Signature {
    /// As C writes it.
    pub fn text(self) -> &'static str {
        match self {
            Signature::OneRow => "void fn(void *row, intptr_t width, intptr_t y, void *data)",
            Signature::TwoRows => "void fn(void *row, const void *other, intptr_t width, intptr_t y, void *data)",
        }
    }

    /// Whether a function of this result and these parameters can be called so.
    pub fn is(self, result: Kind, parameters: &[Kind]) -> bool {
        use Kind::{Pointer, Void, Word};
        let needed = match self {
            Signature::OneRow => &[Pointer, Word, Word, Pointer][..],
            Signature::TwoRows => &[Pointer, Pointer, Word, Word, Pointer],
        };
        result == Void && parameters == needed
    }

    /// The same for a C declaration without names, as capsules are called: `void (void *, intptr_t, intptr_t, void *)`.
    pub fn is_declared(self, declaration: &str) -> bool {
        let Some((result, rest)) = declaration.split_once('(') else { return false };
        let Some(parameters) = rest.trim_end().strip_suffix(')') else { return false };
        let parameters: Vec<Kind> = parameters.split(',').map(kind).collect();
        self.is(kind(result), &parameters)
    }
}

/// What a C type is: `const unsigned char *`, `Py_ssize_t`.
pub fn kind(name: &str) -> Kind {
    if name.contains('*') {
        return Kind::Pointer;
    }
    let words: Vec<&str> =
        name.split_whitespace().filter(|word| !matches!(*word, "const" | "volatile" | "signed" | "unsigned")).collect();
    let is_word = match words.join(" ").as_str() {
        "void" => return Kind::Void,
        "intptr_t" | "ssize_t" | "Py_ssize_t" | "ptrdiff_t" | "npy_intp" | "Py_intptr_t" => true,
        "uintptr_t" | "size_t" | "npy_uintp" | "Py_uintptr_t" => true,
        "int64_t" | "uint64_t" | "long long" | "long long int" | "__int64" => size_of::<usize>() == 8,
        "int32_t" | "uint32_t" | "int" => size_of::<usize>() == 4,
        "long" | "long int" => size_of::<usize>() == size_of::<c_long>(),
        _ => false,
    };
    if is_word { Kind::Word } else { Kind::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_in_any_words_are_understood() {
        for (declaration, one, two) in [
            ("void (void *, intptr_t, intptr_t, void *)", true, false),
            ("void (unsigned char *, Py_ssize_t, Py_ssize_t, void *)", true, false),
            ("void(uint32_t*,long long,size_t,struct state *)", size_of::<usize>() == 8, false),
            ("void (void *, void const *, intptr_t, intptr_t, void *)", false, true),
            ("void (void *, int16_t, intptr_t, void *)", false, false),
            ("void (void *, double, intptr_t, void *)", false, false),
            ("void (void *, intptr_t, intptr_t)", false, false),
            ("int (void *, intptr_t, intptr_t, void *)", false, false),
            ("void *(void *, intptr_t, intptr_t, void *)", false, false),
            ("void (void)", false, false),
            ("Pillow Imaging", false, false),
            ("dltensor", false, false),
            ("", false, false),
        ] {
            let found = [Signature::OneRow, Signature::TwoRows].map(|signature| signature.is_declared(declaration));
            assert_eq!(found, [one, two], "{declaration}");
        }
    }
}
