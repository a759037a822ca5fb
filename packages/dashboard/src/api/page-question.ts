import type { Query } from '@wayside/protocol'
import type { Answers } from './parse-answers.ts'
import type { ExtraName, Extras } from './extras.ts'

/**
 * Everything that a view shows, asked at once: queries by names of its own in one batch, and extras by their parameters. The
 * parameter `span` names a query: the extra is then about exactly the time that this one was answered for.
 */
export interface PageQuestion {
  readonly queries: Readonly<Record<string, Query>>
  readonly extras: Readonly<Partial<Record<ExtraName, Readonly<Record<string, string>>>>>
}

/** What came of it. Parts that were refused have their reason among `problems`, by the name of the query or extra. */
export interface PageAnswer extends Answers {
  readonly extras: Readonly<Partial<Extras>>
}
