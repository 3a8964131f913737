// SPDX-License-Identifier: Apache-2.0
// A month of a small company at Stripe, as the events that Stripe would send, in both layouts of its
// API; and what it comes to by a definition of MRR that shares nothing with the server.

const months = { day: 365 / 12, week: 365 / 7 / 12, month: 1, year: 1 / 12 };

/** Minor units a month of a subscription as it stands in an event. */
export function monthlyMinor(subscription) {
  if (!["active", "past_due"].includes(subscription.status) || subscription.pause_collection) return 0;
  let sum = 0;
  for (const { price, quantity } of subscription.items.data) {
    if (price.recurring.usage_type === "metered") continue;
    const amount = Number(price.unit_amount_decimal) * quantity;
    sum += (amount * months[price.recurring.interval]) / price.recurring.interval_count;
  }
  for (const discount of [subscription.discount, ...subscription.discounts]) {
    const coupon = discount?.source?.coupon ?? discount?.coupon;
    if (coupon && coupon.duration !== "once") sum *= 1 - coupon.percent_off / 100;
  }
  return sum;
}

/** Numbers from 0 to 1, the same ones for a seed. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function shuffled(list, next) {
  const all = [...list];
  for (let i = all.length - 1; i > 0; --i) {
    const j = Math.floor(next() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

const prices = [
  ["Basic", "month", 1, "1900"],
  ["Pro", "month", 1, "4900"],
  ["Pro yearly", "year", 1, "52900"],
  ["Team", "month", 3, "12000"],
  ["Weekly", "week", 1, "1000"],
  ["Calls", "month", 1, "0.5"],
];

function price(number) {
  const [nickname, interval, interval_count, unit_amount_decimal] = prices[number];
  const amount = Number(unit_amount_decimal);
  return {
    id: `price_${number}`,
    object: "price",
    billing_scheme: "per_unit",
    currency: "eur",
    nickname,
    product: "prod_1",
    recurring: { interval, interval_count, usage_type: "licensed" },
    unit_amount: Number.isInteger(amount) ? amount : null,
    unit_amount_decimal,
  };
}

const day = 86_400;
export const monthStart = Date.UTC(2026, 2, 1) / 1000;
export const monthDays = 31;

/** One company's world: events in the order in which they happened, and what holds after each. */
export class StripeWorld {
  events = [];
  payments = 0;
  paidMinor = 0;
  refundedMinor = 0;
  #next;
  #count = 0;
  #mrrAfter = []; // [time, subscription, minor units a month]

  constructor(seed, customers = 40) {
    this.#next = random(seed);
    for (let i = 0; i < customers; ++i) this.#customer(i);
    this.events.sort((a, b) => a.created - b.created || a.number - b.number);
    for (const event of this.events) delete event.number;
  }

  /** Minor units a month of all subscriptions together at that second. */
  mrrAt(time) {
    const last = new Map();
    for (const [at, subscription, minor] of this.#mrrAfter) if (at <= time) last.set(subscription, minor);
    return [...last.values()].reduce((a, b) => a + b, 0);
  }

  #pick(list) {
    return list[Math.floor(this.#next() * list.length)];
  }

  #event(time, layout, type, object, previous_attributes) {
    const number = ++this.#count;
    this.events.push({
      // No order can be seen in the ids.
      id: `evt_${Math.floor(this.#next() * 2 ** 32).toString(36)}${number}`,
      object: "event",
      api_version: layout === "old" ? "2024-06-20" : "2026-10-28.endive",
      created: time,
      data: { object: structuredClone(object), ...(previous_attributes && { previous_attributes }) },
      type,
      number,
    });
    if (object.object === "subscription") {
      this.#mrrAfter.push([time, object.id, type.endsWith("deleted") ? 0 : monthlyMinor(object)]);
    }
  }

  #customer(i) {
    const layout = i % 2 === 0 ? "old" : "new";
    let time = monthStart + Math.floor(this.#next() * 12 * day);
    const metadata = i % 3 === 0 ? { account_id: `account-${i}` } : {};
    const customer = { id: `cus_${i}`, object: "customer", created: time, name: `C ${i}`, email: null, metadata };
    this.#event(time, layout, "customer.created", customer);
    time += 60;
    const kind = this.#pick(["paid at once", "paid at once", "trial", "active"]);
    const subscription = this.#subscription(i, layout, time, kind);
    this.#event(time, layout, "customer.subscription.created", subscription);
    if (kind === "paid at once") {
      subscription.status = "active"; // within the same second, as Stripe does it
      this.#event(time, layout, "customer.subscription.updated", subscription, { status: "incomplete" });
    }
    if (kind !== "trial") this.#invoice(subscription, layout, time, 0);
    for (let step = 1; step < 12; ++step) {
      time += Math.floor(3600 + this.#next() * 3 * day);
      if (time >= monthStart + monthDays * day - 60) return;
      if (!this.#step(subscription, customer, layout, time, step)) return;
    }
  }

  #subscription(i, layout, time, kind) {
    return {
      id: `sub_${i}`,
      object: "subscription",
      customer: `cus_${i}`,
      created: time,
      start_date: time,
      currency: "eur",
      status: { "paid at once": "incomplete", trial: "trialing", active: "active" }[kind],
      trial_start: kind === "trial" ? time : null,
      trial_end: kind === "trial" ? time + 7 * day : null,
      pause_collection: null,
      cancellation_details: { comment: null, feedback: null, reason: null },
      ended_at: null,
      discounts: [],
      metadata: {},
      items: { object: "list", data: [this.#item(i, 0, layout, time)], has_more: false },
      ...(layout === "old" && { discount: null, current_period_start: time, current_period_end: time + 30 * day }),
    };
  }

  #item(i, n, layout, time) {
    return {
      id: `si_${i}_${n}`,
      object: "subscription_item",
      price: price(Math.floor(this.#next() * prices.length)),
      quantity: 1 + Math.floor(this.#next() * 20),
      ...(layout === "new" && { current_period_start: time, current_period_end: time + 30 * day }),
    };
  }

  /** Something that happens; false when nothing more will. */
  #step(subscription, customer, layout, time, step) {
    const items = subscription.items.data;
    const before = structuredClone(items);
    const update = (previous) =>
      this.#event(time, layout, "customer.subscription.updated", subscription, previous);
    const what = this.#pick([
      "quantity", "quantity", "price", "add", "remove", "discount", "pause", "past_due", "unpaid",
      "recover", "invoice", "invoice", "customer", "cancel",
    ]);
    if (subscription.status === "trialing" && time > subscription.trial_end) {
      subscription.status = "active";
      update({ status: "trialing" });
    } else if (what === "quantity") {
      items[0].quantity = 1 + Math.floor(this.#next() * 30);
      update({ items: { data: before } });
    } else if (what === "price") {
      items[0].price = price(Math.floor(this.#next() * prices.length));
      update({ items: { data: before } });
    } else if (what === "add" && items.length < 3) {
      items.push(this.#item(Number(subscription.id.slice(4)), step, layout, time));
      update({ items: { data: before } });
    } else if (what === "remove" && items.length > 1) {
      items.pop();
      update({ items: { data: before } });
    } else if (what === "discount") {
      const coupon = { id: "c", duration: this.#pick(["forever", "once"]), percent_off: this.#pick([10, 12.5, 100]) };
      if (layout === "old") {
        subscription.discount = { id: "di_1", object: "discount", coupon };
        subscription.discounts = ["di_1"];
      } else {
        subscription.discounts = [{ id: "di_1", object: "discount", source: { type: "coupon", coupon } }];
      }
      update({ discounts: [] });
    } else if (what === "pause") {
      subscription.pause_collection = subscription.pause_collection ? null : { behavior: "void", resumes_at: null };
      update({});
    } else if (what === "past_due" || what === "unpaid") {
      subscription.status = what;
      update({ status: "active" });
    } else if (what === "recover") {
      subscription.status = "active";
      update({ status: "past_due" });
    } else if (what === "invoice") {
      this.#invoice(subscription, layout, time, step);
    } else if (what === "customer") {
      customer.email = `billing@c${step}.example`;
      this.#event(time, layout, "customer.updated", customer, { email: null });
    } else if (what === "cancel") {
      subscription.status = "canceled";
      subscription.ended_at = time;
      subscription.cancellation_details.feedback = "too_expensive";
      this.#event(time, layout, "customer.subscription.deleted", subscription);
      return false;
    }
    return true;
  }

  #invoice(subscription, layout, time, step) {
    const amount = 100 + Math.floor(this.#next() * 90_000);
    const invoice = {
      id: `in_${subscription.id}_${step}`,
      object: "invoice",
      created: time,
      customer: subscription.customer,
      currency: "eur",
      status: "open",
      amount_due: amount,
      amount_paid: 0,
      status_transitions: { finalized_at: time, paid_at: null },
      ...(layout === "old"
        ? { subscription: subscription.id, paid: false }
        : { parent: { type: "subscription_details", subscription_details: { subscription: subscription.id } } }),
    };
    this.#event(time, layout, "invoice.finalized", invoice);
    Object.assign(invoice, { status: "paid", amount_paid: amount, ...(layout === "old" && { paid: true }) });
    invoice.status_transitions.paid_at = time + 1;
    this.#event(time + 1, layout, "invoice.paid", invoice);
    this.#event(time + 1, layout, "invoice.payment_succeeded", invoice);
    this.payments += 1;
    this.paidMinor += amount;
    if (this.#next() < 0.25) this.#refund(invoice, layout, time + 60);
  }

  /** Half of it, and then the rest. */
  #refund(invoice, layout, time) {
    const charge = { id: `ch_${invoice.id}`, object: "charge", customer: invoice.customer, currency: "eur" };
    let before = 0;
    for (const sum of [Math.ceil(invoice.amount_paid / 2), invoice.amount_paid]) {
      charge.amount_refunded = sum;
      this.#event((time += 30), layout, "charge.refunded", charge, { amount_refunded: before });
      before = sum;
    }
    this.refundedMinor += invoice.amount_paid;
  }
}
