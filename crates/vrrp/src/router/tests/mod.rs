//! The router from outside: facts in, effects out, in virtual time.
mod desk;
mod exchange;
mod groups;
mod master;
mod properties;
mod reload;
mod start;
mod stop;
mod table;
