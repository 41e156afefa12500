"""What fills the named slots of lower pages (tropa.web.slots). A slot without an entry stays empty."""
