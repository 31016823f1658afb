//! A laboratory for directors: namespaces, cables, real daemons, real servers, clients that count what they lose, and
//! a second kernel where the first has no IPVS.
//!
//! Reading order: [`Room`] and [`Lan`] are the building, [`Program`] and [`Web`] live in it, [`client`] and [`watch`]
//! look on; [`pair`] is two directors, [`site`] adds web servers, [`main_job`] is what happens
//! there; [`plan`], [`journey`], [`calm`], [`timers`] and [`trial`] are for those who judge; [`kernel`], [`packages`], [`cleanup`] and [`scratch`] deal with the machine around.
#![forbid(unsafe_code)]

pub mod calm;
pub mod cleanup;
pub mod client;
pub mod error;
pub mod frr;
pub mod impostor;
pub mod journey;
pub mod kernel;
pub mod main_job;
pub mod net;
pub mod packages;
pub mod pair;
pub mod plan;
pub mod program;
pub mod room;
pub mod scratch;
pub mod site;
pub mod timers;
pub mod trial;
pub mod wait;
pub mod watch;
pub mod web;

pub use error::{Doing, Error, Result, ensure};
pub use net::Lan;
pub use program::{Kind, Options, Program};
pub use room::Room;
pub use web::Web;
