//! The whole program, on both databases: its doors, its statements, what leaves it.

mod export;
mod headers;
mod matching;
mod matrix;
mod merge;
mod operations;
mod own_key;
mod rotation;
mod spoilt;
mod statements;
mod sweep;
