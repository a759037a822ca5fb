/**
 * The same text in memory of its own. A text that was cut out of a longer one keeps the whole of it alive: whoever
 * remembers texts of senders takes them through here, or a few cut texts hold on to gigabytes.
 */
export function detachText(text: string): string {
  return Buffer.from(text).toString()
}
