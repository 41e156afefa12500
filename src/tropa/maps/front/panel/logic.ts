/** The address of the page with a card open, or without one. */
export function withCard(address: string, card: string): string {
  const url = new URL(address);
  if (card) url.searchParams.set("card", card);
  else url.searchParams.delete("card");
  return url.href;
}
