import type { Dimension, Filter } from '@wayside/protocol'

/** Searches that a pattern of the query API holds, with every character escaped. */
const MAX_LENGTH = 100

/** A filter by what a value contains, whether in upper or lower case; `null` without a search. */
export function toSearchFilter(dimension: Dimension, search: string | null): Filter | null {
  const text = search?.trim().slice(0, MAX_LENGTH) ?? ''
  return text === '' ? null : ['matches', dimension, [`(?i)${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`]]
}
