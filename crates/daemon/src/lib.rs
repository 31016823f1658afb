//! The daemon: joins reading, deciding and doing.
//!
//! Reading order: [`cli`] and [`start`] lead in; [`director`] is the control thread, [`supervise`] starts the others:
//! [`vrrp`] and [`checkers`], each a thread that waits, a turn that decides, and hands. [`channels`] joins them.
//! [`trackers`] and [`notify`] run programs, [`reload`] judges a new configuration, [`observe`], [`control`] and [`service`]
//! let others look, [`tools`] are our own words on the command line, [`ipvs`] the largest of them; [`realserver`] is for the machines
//! behind a director.
#![forbid(unsafe_code)]

pub mod by_hand;
pub mod channels;
pub mod checkers;
pub mod cli;
pub mod config;
pub mod control;
pub mod director;
pub mod ipvs;
pub mod logging;
pub mod notify;
pub mod observe;
pub mod once;
pub mod operator;
pub mod pidfile;
pub mod promotion;
pub mod realserver;
pub mod reload;
pub mod service;
pub mod signals;
pub mod spaces;
pub mod start;
pub mod state_file;
pub mod supervise;
pub mod tools;
pub mod trackers;
pub mod vrrp;
pub mod words;
