import type { QueryParameters } from '../session.ts'

/** The values of a statement's parameters, as they come up while its text is made. */
export interface Parameters {
  /** Keeps a value and returns its place in the text, such as `{p3:Int64}`. */
  add(value: string | number | boolean, type: 'Int64' | 'String' | 'Bool'): string
  readonly values: QueryParameters
}

export function createParameters(): Parameters {
  const values: Record<string, string | number | boolean> = {}
  let count = 0
  return {
    values,
    add(value, type) {
      const name = `p${count++}`
      values[name] = value
      return `{${name}:${type}}`
    },
  }
}
