/** Tells whether a decoded value is of a kind. */
export type Check = (value: unknown) => boolean

export const text: Check = (value) => typeof value === 'string'
export const number: Check = (value) => typeof value === 'number'
export const boolean: Check = (value) => typeof value === 'boolean'
/** What a cell of an answer may hold. */
export const scalar: Check = (value) => value === null || text(value) || number(value) || boolean(value)
export const orNull = (check: Check): Check => (value) => value === null || check(value)
export const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check)
export const mapOf = (check: Check): Check => (value) => isObject(value) && Object.values(value).every(check)

/** An object with these members at least: a server that adds some is fine. */
export const record = (checks: Readonly<Record<string, Check>>): Check => {
  const members = Object.entries(checks)
  return (value) => isObject(value) && members.every(([name, check]) => check(Reflect.get(value, name)))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
