/**
 * Guesses the template behind a path, for clients that send no route: parts that look like ids become `:id`. A path
 * that was not found has none.
 */
export function toRoute(path: string, status: number): string | null {
  if (status === 404) return null
  return path
    .split('/')
    .map((part) => (isId(part) ? ':id' : part))
    .join('/')
}

/** Names of routes are shorter. */
const MAX_NAME_LENGTH = 64
const RANDOM_TEXT_LENGTH = 20
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const HEXADECIMAL = /^[\da-f]{12,}$/i
const DATE = /^\d{4}-\d\d-\d\d$/

function isId(part: string): boolean {
  if (part.length > MAX_NAME_LENGTH || part.includes('@') || UUID.test(part) || DATE.test(part)) return true
  const digits = countDigits(part)
  if (digits === 0) return false
  return digits === part.length || HEXADECIMAL.test(part) || (part.length >= RANDOM_TEXT_LENGTH && digits > 1)
}

function countDigits(text: string): number {
  let digits = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) digits++
  }
  return digits
}
