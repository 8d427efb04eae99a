// The bearer token: kept for this tab only (sessionStorage), shared by both pages, never part of a URL.

const TOKEN_KEY = "atakora.token";
const tokenListeners = [];

/** The token in use, or "" for an anonymous caller. */
function currentToken() {
  return sessionStorage.getItem(TOKEN_KEY) ?? "";
}

/** Uses this token from now on; "" forgets it. */
function useToken(token) {
  if (token) sessionStorage.setItem(TOKEN_KEY, token);
  else sessionStorage.removeItem(TOKEN_KEY);
  for (const listener of tokenListeners) listener();
}

/** The bare token in what somebody pasted: without `Bearer`, quotes, blanks and line ends. */
function bareToken(pasted) {
  return pasted.trim().replace(/^(authorization:\s*)?(bearer\s+)?/i, "").replace(/["'\s]/g, "");
}

/** What keeps the text from being sent as a token, or "". */
function tokenProblem(token) {
  if (/[^\x21-\x7e]/.test(token)) return "A token has only plain letters, digits and signs.";
  return "";
}

/** The claims a token carries, unverified, or null when it is not a JSON Web Token. */
function tokenClaims(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return claims !== null && typeof claims === "object" ? claims : null;
  } catch {
    return null;
  }
}

/** Who the token speaks for, in a word. */
function tokenOwner(token) {
  if (!token) return "Anonymous";
  const claims = tokenClaims(token) ?? {};
  const owner = claims.name ?? claims.oid ?? claims.sub ?? "Token set";
  return String(owner).slice(0, 40);
}

/** Who, with which roles, and for how long: a sentence. */
function tokenSentence(token) {
  if (!token) return "Requests are sent without a token.";
  const claims = tokenClaims(token);
  if (!claims) return "This is not a JSON Web Token; it is sent as it is.";
  const roles = [claims.roles ?? []].flat().map(String);
  const parts = [tokenOwner(token), roles.length ? `role ${roles.join(", ")}` : null, tokenLifetime(claims.exp)];
  return `${parts.filter(Boolean).join(" · ")}`;
}

/** How long a token is still valid, in words. */
function tokenLifetime(expiry) {
  if (typeof expiry !== "number") return null;
  const minutes = Math.round((expiry - Date.now() / 1000) / 60);
  if (minutes < 0) return "expired: make a new one";
  if (minutes < 120) return `valid for ${minutes} minute${minutes === 1 ? "" : "s"}`;
  return minutes < 2880 ? `valid for ${Math.round(minutes / 60)} hours` : `valid for ${Math.round(minutes / 1440)} days`;
}
