//! The router from outside: facts in, effects out, in virtual time.
mod desk;
mod exchange;
mod groups;
mod links;
mod master;
mod operator;
mod properties;
mod reload;
mod six;
mod start;
mod stop;
mod table;
mod unicast;
mod watched;
