"""What fills the named slots of lower pages (tropa.web.slots). A slot without an entry stays empty."""

from tropa.journeys import fragments
from tropa.web.slots import fill

fill("customer_card.head", fragments.account_head)
fill("customer_card.side", fragments.account_side)
