//! Which tree a text is.
