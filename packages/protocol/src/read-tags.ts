import { LIMITS } from './limits.ts'
import { readTexts } from './read-column.ts'
import { boundText } from './text.ts'

/** One set of tags for each event; `null` when the column is absent. Tags that are none cost the event its tags, not its place. */
export function readTags(value: unknown, n: number): readonly (Record<string, string> | null)[] | null {
  const column = readTexts(value, n, 'tags', LIMITS.bodyBytes)
  if (column === null) return null
  const parsed = new Map<string | null, Record<string, string> | null>([[null, null]])
  return column.map((json) => {
    let tags = parsed.get(json)
    if (tags === undefined) parsed.set(json, (tags = toTags(json ?? '')))
    return tags
  })
}

function toTags(json: string): Record<string, string> | null {
  if (!isFewAndFlat(json)) return null
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  // No prototype: a tag may be called `__proto__`.
  const tags: Record<string, string> = Object.create(null)
  for (const [name, tag] of Object.entries(value)) {
    if (typeof tag === 'string') tags[boundText(name, LIMITS.tagNameLength)] = boundText(tag, LIMITS.tagValueLength)
  }
  return tags
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const MAX_TEXTS = 2 * LIMITS.tags

/**
 * Whether JSON holds no more than an event's tags: one level, and a text for each name and value. Parsing costs by the
 * member, and a body can hold a million of them inside these texts, where nothing has counted them.
 */
function isFewAndFlat(json: string): boolean {
  let texts = 0
  let opened = 0
  let inText = false
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (inText) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) {
      if (++texts > MAX_TEXTS) return false
      inText = true
      // `{` and `[` differ in one bit only.
    } else if ((code === 0x7b || code === 0x5b) && ++opened > 1) return false
  }
  return true
}
