# Shortcuts; CI calls the same tasks. `just` alone lists them.
_default:
    @just --list

# Two directors, two web servers and a client, live (root)
demo *options:
    cargo xtask demo {{options}}

# Everything (root)
test *options:
    cargo xtask test {{options}}

# What needs neither root nor time
quick:
    cargo xtask test --quick

# The rules of the house
tidy:
    cargo xtask tidy

# Licences and advisories of what we depend on (needs cargo-deny)
deny:
    cargo deny check
