/** How values are written, everywhere the same. */
import type { Cell, Column } from "./api";

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

export const count = (value: number) => whole.format(value);

/** How many digits the currency's minor unit has: 2 for USD, 0 for JPY. */
function digits(currency: string): number {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** 14820 → "14,820.00"; digits that the server has written stay as they are. */
export function money(amount: string | number, currency = ""): string {
  const text = typeof amount === "number" ? amount.toFixed(digits(currency)) : amount;
  const [major = "", minor] = text.split(".");
  const grouped = major.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return minor === undefined ? grouped : `${grouped}.${minor}`;
}

export function day(time: number | null, zone: string): string {
  if (time === null) return "–";
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: zone,
  }).format(time);
}

/** The day as a field of a form has it: 2026-03-01. */
export const dateIn = (time: number, zone: string) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(time);

/** How a relation is known. */
export function sourceWords(source: string): string {
  if (source.startsWith("rule:")) return `the rule ${source.slice(5)}`;
  const words: Record<string, string> = {
    stated: "a stated relation",
    group: "a group call",
    event: "an event that named it",
    self: "being a customer by itself",
  };
  return words[source] ?? source;
}

export function moment(time: number | null, zone: string): string {
  if (time === null) return "–";
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(time);
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${decimal.format(seconds)} s`;
  if (seconds < 3600) return `${decimal.format(seconds / 60)} min`;
  if (seconds < 86400) return `${decimal.format(seconds / 3600)} h`;
  return `${decimal.format(seconds / 86400)} days`;
}

/** A dash is "no such number" and never 0. */
export function cell(value: Cell, column: Column): string {
  if (value === null || value === "") return "–";
  if (column.type === "money") return money(value as string | number, column.unit);
  if (column.unit === "share" && typeof value === "number") return `${(value * 100).toFixed(1)} %`;
  if (column.unit === "seconds" && typeof value === "number") return duration(value);
  if (column.type === "integer" && typeof value === "number") return whole.format(value);
  if (column.type === "number" && typeof value === "number") return decimal.format(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (column.type === "time") return String(value).slice(0, 16).replace("T", " ");
  return String(value);
}

export const isNumeric = (column: Column) =>
  column.type === "integer" || column.type === "number" || column.type === "money";

/** "customer.paying_since" → "paying since"; of odd names what stands between their backquotes. */
export const words = (name: string) =>
  name
    .replaceAll("_", " ")
    .replace(/^(customer|user)\./, "")
    .replace(/`((?:[^`\\]|\\.)*)`/g, (_, odd: string) => odd.replace(/\\(.)/g, "$1"));

/** "customer" → "customers", "company" → "companies". */
export const plural = (label: string) =>
  /[^aeiou]y$/.test(label) ? `${label.slice(0, -1)}ies` : /(s|x|z|ch|sh)$/.test(label) ? `${label}es` : `${label}s`;

/** With a capital, as a heading has it. */
export const title = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Offers a file of the browser's to be saved. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
