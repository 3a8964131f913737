/** How values are written, everywhere the same. */
import type { Cell, Column } from "./api";

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

export const count = (value: number) => whole.format(value);

/** "14820.00" → "14,820.00". The server's digits stay as they are. */
export function money(amount: string | number): string {
  const text = String(amount);
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
  if (column.type === "money") return money(String(value));
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

/** "paying_since" → "paying since". */
export const words = (name: string) => name.replaceAll("_", " ").replace(/^(customer|user)\./, "");
