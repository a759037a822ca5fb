/** How long the header `Retry-After` asks to wait, milliseconds: in seconds or until a date (RFC 9110, 10.2.3). `null` without one. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
