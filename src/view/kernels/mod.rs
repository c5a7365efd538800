//! Kernels as methods, one file a family: convert the arguments, call, return the view. All arguments are read before
//! a lock is taken, since reading them may run Python code. `fill` is in `view::assign`, beside `v[...] = colour`.

mod auto;
mod blur;
mod chops;
mod colour;
mod compose;
mod dst;
mod enhance;
mod filter;
mod filters;
mod geometry;
mod mask;
mod other;
mod point;
mod rank;
mod region;
mod resize;
mod statistics;
mod tone;
