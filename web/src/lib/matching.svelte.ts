/** Joining payers to customers: the records that do it and those that take it back. */
import { unmatched, type Payer, type Unmatched } from "./api";

/** What the bar and the home page hint at; null until it is known. */
export const hint = $state<{ of: Unmatched | null }>({ of: null });

export async function lookForUnmatched(): Promise<void> {
  const outcome = await unmatched();
  if (outcome.ok) hint.of = outcome.value;
}

/** "stripe:cus_1" is the key cus_1 of the system stripe. */
export function join(payer: string, customer: string): object {
  const colon = payer.indexOf(":");
  const keys = { [payer.slice(0, colon)]: payer.slice(colon + 1) };
  return { type: "customer", customerId: customer, keys };
}

export const part = (payer: string, customer: string): object => ({
  type: "alias",
  previousCustomerId: payer,
  customerId: customer,
  undo: true,
});

/** A payer that is no customer that users belong to. */
export const keep = (payer: string, kept: boolean): object => ({
  type: "customer",
  customerId: payer,
  traits: { match_kept: kept || null },
});

/** What is not to be proposed for a payer is kept with it, and told as a whole. */
export function refuse(payer: Payer, refused: string[]): object {
  const ids = refused.length > 0 ? refused : null;
  return { type: "customer", customerId: payer.id, traits: { match_refused: ids } };
}
