/** A list of users or customers as the texts it is made of, and what clicks make of them. */
import { quoted, type ListParts, type Shown } from "./api";
import type { Side } from "./route.svelte";

/** "users" → "user.": how its facts begin in a question. */
export const own = (side: Side) => (side === "users" ? "user." : "customer.");

const columnText = (column: { text: string; name: string }) =>
  column.name === "" ? column.text : `${column.text} as ${quoted(column.name)}`;

/** The question of these parts. */
export function compose(parts: ListParts): string {
  let text = parts.head;
  if (parts.show.length > 0) text += ` show ${parts.show.map(columnText).join(", ")}`;
  if (parts.where.length > 0) text += ` where ${parts.where.join(" and ")}`;
  const keys = parts.sort.map((key) => key.text + (key.descending ? " descending" : ""));
  return keys.length > 0 ? `${text} sort by ${keys.join(", ")}` : text;
}

const has = (shown: Shown[], text: string) => shown.some((one) => one.text === text);

/** What a list begins with: who, what they pay or are called, and whether they use. */
export function firstParts(side: Side, shown: Shown[]): ListParts {
  const facts =
    side === "customers"
      ? ["name", "status", "plan", "mrr", "seats", "users"]
      : ["name", "email", "customers", "first_seen"];
  const active =
    side === "customers"
      ? { text: "users of use in the last 30 days", name: "active" }
      : { text: "days of use in the last 30 days", name: "active days" };
  const show = facts.map((name) => own(side) + name).filter((text) => has(shown, text));
  const columns = [
    ...show.map((text) => ({ text, name: "" })),
    active,
    { text: `${own(side)}last_seen`, name: "" },
  ];
  return {
    head: `list ${side}`,
    show: columns,
    where: [],
    sort: [{ text: side === "customers" ? "customer.mrr" : "user.last_seen", descending: true }],
  };
}

/** A click on a column's head: the better half first, then the other way round, then no order. */
export function sorted(parts: ListParts, text: string, upFirst: boolean): ListParts {
  const now = parts.sort.length === 1 && parts.sort[0]?.text === text ? parts.sort[0] : undefined;
  const first = { text, descending: !upFirst };
  if (now === undefined) return { ...parts, sort: [first] };
  return { ...parts, sort: now.descending === first.descending ? [{ text, descending: upFirst }] : [] };
}

// Search is a condition like any other, so it is in the address, the export and the question too.

const searched = ["id", "name", "email"];

/** Who is meant by a few letters of an id, a name or an e-mail address, in either case. */
export function searchCondition(side: Side, shown: Shown[], text: string): string {
  const pattern = quoted(`(?i)${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}`);
  const fields = searched.map((name) => own(side) + name).filter((field) => has(shown, field));
  return `(${fields.map((field) => `${field} matches ${pattern}`).join(" or ")})`;
}

/** The letters of a condition that a search made; null of others. */
export function searchText(side: Side, shown: Shown[], condition: string): string | null {
  const found = /^\(\S+ matches "\(\?i\)((?:[^"\\]|\\.)*)"/.exec(condition);
  if (!found) return null;
  const regex = (found[1] ?? "").replace(/\\(n|t|.)/g, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));
  const text = regex.replace(/\\(.)/g, "$1");
  return searchCondition(side, shown, text) === condition ? text : null;
}

// Conditions on a value.

export interface Test {
  op: string;
  words: string;
  /** What is asked for beside; none: nothing. */
  value: "text" | "number" | "date" | "days" | "none";
}

const set: Test[] = [
  { op: "is set", words: "is set", value: "none" },
  { op: "is not set", words: "is not set", value: "none" },
];
const numeric: Test[] = [
  { op: ">=", words: "at least", value: "number" },
  { op: "<=", words: "at most", value: "number" },
  { op: ">", words: "more than", value: "number" },
  { op: "<", words: "less than", value: "number" },
];
const equal = (value: Test["value"]): Test[] => [
  { op: "=", words: "is", value },
  { op: "!=", words: "is not", value },
];
const textual: Test[] = [
  { op: "contains", words: "contains", value: "text" },
  { op: "starts with", words: "starts with", value: "text" },
  { op: "ends with", words: "ends with", value: "text" },
];

/** What can be asked of a value of a type, the most likely first. */
export function testsOf(type: Shown["type"]): Test[] {
  switch (type) {
    case "text":
      return [...equal("text"), ...textual, ...set];
    case "number":
    case "money":
      return [...numeric, ...equal("number"), ...set];
    case "boolean":
      return [{ op: "= true", words: "yes", value: "none" }, { op: "= false", words: "no", value: "none" }, ...set];
    case "time":
      return [
        { op: "in the last", words: "in the last … days", value: "days" },
        { op: "in the next", words: "in the next … days", value: "days" },
        { op: "after", words: "after", value: "date" },
        { op: "before", words: "before", value: "date" },
        ...set,
      ];
    case "list":
    case "any":
      return [...equal("text"), ...numeric, ...textual, ...set];
  }
}

/** "customer.mrr >= 100". A value of any type that could be a number is looked for as both. */
export function condition(text: string, type: Shown["type"], test: Test, value: string): string {
  const written = value.trim();
  switch (test.value) {
    case "none":
      if (test.op === "= true" && text === "customer.paying") return "paying";
      return `${text} ${test.op}`;
    case "days":
      return `${text} ${test.op} ${written} day${written === "1" ? "" : "s"}`;
    case "number":
    case "date":
      return `${text} ${test.op} ${written}`;
    case "text": {
      const isNumber = /^-?\d+(\.\d+)?$/.test(written);
      if (type !== "text" && isNumber && test.op === "=") return `${text} in (${written}, ${quoted(written)})`;
      if (type !== "text" && isNumber && test.op === "!=") return `${text} not in (${written}, ${quoted(written)})`;
      return `${text} ${test.op} ${quoted(value)}`;
    }
  }
}

// What somebody did.

export interface Deed {
  /** As the language writes it: `use`, `anything`, `"Report Exported"`. */
  selector: string;
  /** Empty: ever. */
  days: string;
}
export const newDeed = (): Deed => ({ selector: "use", days: "30" });

/** " in the last 30 days", to follow what was done; nothing for ever. */
export const whenText = (deed: Deed) =>
  deed.days === "" ? "" : ` in the last ${deed.days} day${deed.days === "1" ? "" : "s"}`;
