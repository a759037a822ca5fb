import type { Run } from './envelope-scanner.ts'

/** The rows of a run; one that is no JSON is `undefined`, and costs none of its neighbours. */
export function parseRun({ pieces, rows }: Run): readonly unknown[] {
  const text = Buffer.concat(pieces).toString()
  const parsed = tryParse(`[${text}]`)
  // Not as many as were counted: a row held a comma where none belongs.
  if (Array.isArray(parsed) && parsed.length === rows) return parsed
  return splitRows(text).map(tryParse)
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // The caller counts it as a row that cannot be read.
  }
}

/** Cuts at the commas between rows; only for runs with a row that is broken. */
function splitRows(text: string): readonly string[] {
  const rows: string[] = []
  let depth = 0
  let inText = false
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inText) {
      if (char === '\\') at++
      else if (char === '"') inText = false
    } else if (char === '"') inText = true
    else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    else if (char === ',' && depth === 0) {
      rows.push(text.slice(from, at))
      from = at + 1
    }
  }
  rows.push(text.slice(from))
  return rows.filter((row) => row.trim() !== '')
}
