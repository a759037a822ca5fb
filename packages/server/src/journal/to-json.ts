/**
 * A value as JSON that every engine reads. JavaScript writes half of a surrogate pair as an escape, which is no text to
 * others: one such value would keep a whole segment from being loaded. It becomes U+FFFD, in names as in values.
 */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value)
  // Whole pairs are written as they are: an escape in this range is always half of one.
  return json.includes('\\ud') ? json.replaceAll(/\\(?:ud[89a-f][\da-f]{2}|.)/g, (escape) => (escape.startsWith('\\ud') ? '\ufffd' : escape)) : json
}
