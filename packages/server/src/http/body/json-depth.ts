const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Whether brackets in JSON nest deeper than `maxDepth`. One pass over the bytes, before anything is parsed. */
export function isDeeperThan(json: Uint8Array, maxDepth: number): boolean {
  let depth = 0
  let inText = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (inText) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    // `{` and `[`, and their counterparts, differ in one bit only.
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}
