/** What a look at one thing has shown. */
export interface Finding {
  /** What was looked at. */
  readonly check: string
  /** `fail` keeps the server from its work, or soon will. */
  readonly level: 'ok' | 'warn' | 'fail'
  /** What is so, and for what is not well, how to change it. */
  readonly text: string
}

/** Looks at something; what is thrown is a failure of it. */
export async function find(check: string, look: () => Promise<Omit<Finding, 'check'> | null> | Omit<Finding, 'check'> | null): Promise<readonly Finding[]> {
  try {
    const found = await look()
    return found === null ? [] : [{ check, ...found }]
  } catch (error) {
    return [{ check, ...fail(error instanceof Error ? error.message : String(error)) }]
  }
}

export const ok = (text: string) => ({ level: 'ok', text }) as const
export const warn = (text: string) => ({ level: 'warn', text }) as const
export const fail = (text: string) => ({ level: 'fail', text }) as const
