/** What the server says, typed. Every call gives an outcome; a network that is away is one too. */

export interface Problem {
  code: string;
  message: string;
  at?: { line: number; column: number };
  suggestion?: string;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export type Cell = string | number | boolean | null;

export interface Column {
  name: string;
  type: "text" | "integer" | "number" | "boolean" | "time" | "money";
  unit?: string;
}

export interface Answer {
  kind: string;
  columns: Column[];
  rows: Cell[][];
  totals?: Cell[] | null;
  rule: string;
  range: { from: string; to: string; zone: string };
  mode: string;
  unit: string;
  notes: string[];
  cost: { seconds: number; events_read: number; users_read: number; unattached_events: number };
  position: number;
  row_count?: number;
}

export interface Project {
  zone: string;
  now: number;
  today: string;
  fixed_now: boolean;
  demo: boolean;
  user_label: string;
  customer_label: string;
  write_keys: { name: string; text: string }[];
  roles: { name: string; outside: boolean }[];
  events: number;
}

export interface Session {
  signed_in: boolean;
  project?: Project;
}

export interface Relation {
  role: string;
  outside: boolean;
  since: number | null;
  until: number | null;
  /** stated, group, event, self, or rule:<name>. */
  source: string;
}

/** As a record stated it: one of the same user, customer, role and from replaces it. */
export interface Stated {
  user: string;
  customer: string;
  role: string;
  from: number;
  until: number | null;
}

export interface UserHead {
  id: string;
  name: string;
  known: boolean;
  last_use: number | null;
}

export interface CustomerHead {
  id: string;
  name: string;
  status: string;
  plan: string;
  mrr: string;
}

export interface MoneyStep {
  from: number | null;
  mrr: string;
  plan: string;
  seats: number;
  paying: boolean;
  trial: boolean;
}

export interface CustomerPage extends CustomerHead {
  currency: string;
  kind: string;
  owner: string;
  seats: number;
  paying_since: number | null;
  lifetime_revenue: string;
  since: number | null;
  ids: { id: string; kind: string }[];
  traits: Record<string, unknown>;
  money: { steps: MoneyStep[]; facts: { kind: string; time: number; amount: string }[] };
  user_count: number;
  users: (UserHead & { relations: Relation[]; stated: Stated[] })[];
}

export interface UserPage extends UserHead {
  first_seen: number | null;
  since: number | null;
  ids: { id: string; kind: string }[];
  traits: Record<string, unknown>;
  customers: (CustomerHead & { relations: Relation[]; stated: Stated[] })[];
  events: {
    time: number;
    event: string;
    automatic: boolean;
    customer: string | null;
    properties: Record<string, unknown>;
  }[];
}

/** What a list can show of a user or customer, as it is written in a question. */
export interface Shown {
  text: string;
  type: "text" | "number" | "boolean" | "time" | "money" | "list" | "any";
  /** Sent with records; else one of the facts that are always there. */
  sent: boolean;
}

export interface Schema {
  events: string[];
  /** Dated facts, which stand wherever events can. */
  facts: string[];
  properties: { event: string[]; user: string[]; customer: string[] };
  shown: { users: Shown[]; customers: Shown[] };
  roles: string[];
  segments: string[];
}

/** The texts that a list is made of. */
export interface ListParts {
  head: string;
  show: { text: string; name: string }[];
  where: string[];
  sort: { text: string; descending: boolean }[];
}

export interface Parsed {
  ask: string;
  question: Record<string, unknown>;
  parts?: ListParts;
}

export interface Completions {
  replace_from: number;
  items: { text: string; kind: string }[];
}

const unreachable: Problem = { code: "unreachable", message: "The server cannot be reached. Is it running?" };

const send = (method: string, path: string, body?: unknown, accept = "application/json") =>
  fetch(path, {
    method,
    headers: { accept, "content-type": "application/json", "x-twofold": "page" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function call<T>(method: string, path: string, body?: unknown): Promise<Outcome<T>> {
  try {
    const response = await send(method, path, body);
    const text = await response.text();
    const value: unknown = text === "" ? {} : JSON.parse(text);
    if (response.ok) return { ok: true, value: value as T };
    return { ok: false, problem: (value as { error: Problem }).error };
  } catch {
    return { ok: false, problem: unreachable };
  }
}

export const session = () => call<Session>("GET", "/v1/session");
export const signIn = (link: string) => call<Session>("POST", "/v1/session", { link });
export const signOut = () => call<Session>("DELETE", "/v1/session");
export const customer = (id: string) =>
  call<CustomerPage>("GET", `/v1/customers/${encodeURIComponent(id)}`);
export const user = (id: string) => call<UserPage>("GET", `/v1/users/${encodeURIComponent(id)}`);
export const find = (text: string) =>
  call<{ customers: CustomerHead[]; users: UserHead[] }>(
    "GET",
    `/v1/find?q=${encodeURIComponent(text)}`,
  );

/** A relation record; times are days of the project's zone, or milliseconds. */
export interface RelationRecord {
  userId: string;
  customerId: string;
  role: string;
  from: string | number;
  until?: string | number | null;
  removed?: true;
}
interface Receipt {
  accepted: number;
  rejected: { index: number; code: string; message: string }[];
}
export const stateRelations = (relations: RelationRecord[]) =>
  sendRecords(relations.map((one) => ({ type: "relation", ...one })));
/** Sends records; gives when questions see them, or what was wrong with the first refused. */
export async function sendRecords(records: object[]): Promise<Outcome<Receipt>> {
  const sent = await call<Receipt>("POST", "/v1/records", records);
  if (!sent.ok) return sent;
  const refused = sent.value.rejected[0];
  if (refused) return { ok: false, problem: { code: refused.code, message: refused.message } };
  const health = () => call<{ position: number; durable: number }>("GET", "/health");
  const first = await health();
  for (let now = first; first.ok && now.ok && now.value.position < first.value.durable; now = await health())
    await new Promise((next) => setTimeout(next, 30));
  return sent;
}

/** The demo's relations that were forgotten, as records. */
export async function lateRelations(): Promise<RelationRecord[]> {
  const response = await send("GET", "/v1/demo/late-relations", undefined, "text/csv");
  if (!response.ok) return [];
  const rows = (await response.text()).trim().split("\n").slice(1);
  return rows.map((row) => {
    const [userId = "", customerId = "", role = "", from = "", until] = row.split(",");
    return { userId, customerId, role, from, until: until || null };
  });
}
/** What joins users to customers by what is known of both. */
export interface Rule {
  name: string;
  by: "trait" | "email-domain" | "acting";
  user_trait?: string;
  customer_trait?: string;
  role: string;
  unverified?: boolean;
  days?: number;
}
export interface RulePreview {
  rule: Rule;
  relations: number;
  users: number;
  customers: number;
  already: number;
  stated: number;
  pairs: { user: string; customer: string; evidence: string }[];
  shared: string[];
}
export const rules = () => call<{ rules: (Rule & { relations: number })[] }>("GET", "/v1/rules");
/** With `preview` it only says whom the rule would join. */
export const putRule = (rule: Rule, preview: boolean) =>
  call<RulePreview>("POST", "/v1/rules", { ...rule, preview });
export const removeRule = (name: string) =>
  call<{ removed: string }>("DELETE", `/v1/rules/${encodeURIComponent(name)}`);

export interface AskOptions {
  open?: Record<string, unknown>;
  position?: number;
  offset?: number;
  limit?: number;
}
export const ask = (text: string, options: AskOptions = {}) =>
  call<Answer>("POST", "/v1/ask", { ask: text, ...options });
export const complete = (text: string, offset: number) =>
  call<Completions>("POST", "/v1/ask/parse", { ask: text, complete_at: offset });

export const parse = (text: string) => call<Parsed>("POST", "/v1/ask/parse", { ask: text });
export const schema = () => call<Schema>("GET", "/v1/schema");

/** The whole answer as a file; what the page shows of it does not matter. */
export async function file(text: string, accept: string, position?: number): Promise<Outcome<Blob>> {
  try {
    const response = await send("POST", "/v1/ask", { ask: text, position }, accept);
    if (response.ok) return { ok: true, value: await response.blob() };
    return { ok: false, problem: ((await response.json()) as { error: Problem }).error };
  } catch {
    return { ok: false, problem: unreachable };
  }
}

/** A text in quotes, as the language of questions writes it. */
export const quoted = (text: string) =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;

/** What is unmatched of what is paid a month. */
export interface Unmatched {
  currency: string;
  paying: number;
  mrr: string;
  share: number;
  much: boolean;
}
export interface MatchCustomer {
  id: string;
  name: string;
  users: number;
  last_use: number | null;
}
export interface Suggestion extends MatchCustomer {
  mrr: string;
  pays: boolean;
  clear: boolean;
  evidence: { kind: string; says: string }[];
}
export interface Payer {
  id: string;
  name: string;
  email: string;
  mrr: string;
  status: string;
  since: number;
  suggestions: Suggestion[];
  refused: { id: string; name: string }[];
}
export interface Joined extends MatchCustomer {
  mrr: string;
  payer: string;
  billing_name: string;
  kept: boolean;
  joined_with: string[];
}
export interface Matches extends Unmatched {
  clear_count: number;
  payer_count: number;
  payers: Payer[];
  customer_count: number;
  customers: MatchCustomer[];
  joined_count: number;
  joined: Joined[];
}
export const unmatched = () => call<Unmatched>("GET", "/v1/match?head=true");
export const matches = (query: Record<string, string | number> = {}) =>
  call<Matches>("GET", `/v1/match?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`);
