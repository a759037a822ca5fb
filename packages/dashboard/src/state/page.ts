import type { Scope } from './scope.ts'

/** What the address says: which view, of which requests, and what is chosen in it. */
export interface Page {
  /** The last part of the path; empty for the overview. */
  readonly name: string
  readonly scope: Scope
  readonly params: URLSearchParams
}

/** Parameters that go along from view to view. */
const SCOPE_PARAMS = ['period', 'from', 'to', 'zone', 'compare', 'f']

/** The scope's parameters alone: what is chosen in a view stays there. */
export function toScopeParams(params: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...params].filter(([name]) => SCOPE_PARAMS.includes(name)))
}
