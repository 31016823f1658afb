//! The pool against a model that is too simple to be wrong, under random configurations, verdicts and reloads.
