/** How much JSON may hold, each counted over the whole text. */
export interface JsonBounds {
  /** Lists and objects that are open at once. */
  readonly depth: number
  /** Names of members. */
  readonly names: number
  /** Texts, names included. */
  readonly texts: number
  /** Lists, objects, and the commas in them. */
  readonly values: number
}

/** Counts what JSON holds, before anything is parsed. */
export interface JsonScan {
  /** Takes the next bytes. Says which bound the text has passed so far, `null` for none. */
  write(bytes: Uint8Array): keyof JsonBounds | null
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]

/**
 * Bytes say little about what they cost the parser: a list of objects takes a hundred times as long as a text of the
 * same length. This counts what costs, in one pass over the bytes. Of text that is no JSON it counts what it sees.
 */
export function createJsonScan(bounds: JsonBounds): JsonScan {
  let depth = 0
  let names = 0
  let texts = 0
  let values = 0
  let inText = false
  let escaped = false

  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]
        if (inText) {
          if (escaped) escaped = false
          else if (byte === BACKSLASH) escaped = true
          else if (byte === QUOTE) inText = false
        } else if (byte === QUOTE) {
          inText = true
          if (++texts > bounds.texts) return 'texts'
        } else if (byte === COMMA) {
          if (++values > bounds.values) return 'values'
        } else if (byte === COLON) {
          if (++names > bounds.names) return 'names'
          // `{` and `[`, and their counterparts, differ in one bit only.
        } else if (byte === 0x7b || byte === 0x5b) {
          if (++depth > bounds.depth) return 'depth'
          if (++values > bounds.values) return 'values'
        } else if (byte === 0x7d || byte === 0x5d) depth--
      }
      return null
    },
  }
}
