/** An option that cannot be used. Thrown at start only, with the value seen and what to write instead. */
export class WaysideOptionError extends Error {
  override readonly name = 'WaysideOptionError'
  readonly code = 'WAYSIDE_INVALID_OPTION'
  /** The option's name. */
  readonly option: string

  constructor(option: string, problem: string, cause?: unknown) {
    super(`WAYSIDE_INVALID_OPTION: ${option} ${problem}`, { cause })
    this.option = option
  }
}

/** Such as `"5s" (string)`; long values are cut, so that a secret pasted into the wrong option is not printed whole. */
export function describeValue(value: unknown): string {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  if (kind === 'string') return `${JSON.stringify(cut(String(value)))} (string)`
  if (kind === 'number' || kind === 'boolean' || kind === 'bigint') return `${String(value)} (${kind})`
  return kind === 'null' || kind === 'undefined' ? kind : `a value of type ${kind}`
}

function cut(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 12)}… of ${text.length} characters`
}
