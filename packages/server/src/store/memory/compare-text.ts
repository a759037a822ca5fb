/** Orders texts by their UTF-8 bytes, `null` first: the order of databases, not that of JavaScript's UTF-16. */
export function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
