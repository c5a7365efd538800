//! Kernels as methods, one file a family: convert the arguments, call, return the view. All arguments are read before
//! a lock is taken, since reading them may run Python code. `fill` is in `view::assign`, beside `v[...] = colour`.

mod blur;
mod filter;
mod filters;
mod point;
mod rank;
