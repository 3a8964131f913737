/** The page's address is its state: every view can be opened, shared and gone back to. */

export type Side = "users" | "customers";

export const route = $state({ path: location.pathname, query: location.search });

/** `stay`: the same view, a little changed; it stays where it is scrolled to. */
export function go(to: string, stay = false): void {
  if (to === location.pathname + location.search) return;
  history.pushState(null, "", to);
  route.path = location.pathname;
  route.query = location.search;
  if (!stay) scrollTo(0, 0);
}

export function replace(to: string): void {
  history.replaceState(null, "", to);
  route.path = location.pathname;
  route.query = location.search;
}

addEventListener("popstate", () => {
  route.path = location.pathname;
  route.query = location.search;
});

/** Lets a link change the view without loading the page anew. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest("a");
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

export const customerPath = (id: string) => `/customers/${encodeURIComponent(id)}`;
export const userPath = (id: string) => `/users/${encodeURIComponent(id)}`;
export const listPath = (side: Side, text = "", from = 0) => {
  const query = new URLSearchParams();
  if (text !== "") query.set("q", text);
  if (from > 0) query.set("from", String(from));
  return `/${side}${query.size > 0 ? `?${query}` : ""}`;
};
export const askPath = (text: string) => `/ask?q=${encodeURIComponent(text)}`;
