//! Other servers: how they find us, what they read, what they signed.

mod checker;
mod documents;
mod signatures;
