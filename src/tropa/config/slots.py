"""What fills the named slots of lower pages (tropa.web.slots). A slot without an entry stays empty."""

from tropa.customers import feed
from tropa.desk import card
from tropa.maps import fragments as maps
from tropa.web.slots import fill

fill("customer_card.chips", card.chips)
fill("customer_card.head", card.head)
fill("customer_card.main", card.main)
fill("customer_card.side", maps.account_maps)
feed.told_by(card.turns)
