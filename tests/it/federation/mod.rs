//! Other servers: how they find us, what they read, what they signed.

mod checker;
mod documents;
mod inbox;
mod replay;
mod signatures;
mod stand_in;
mod two;
mod wild;
