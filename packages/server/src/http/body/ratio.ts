/** Batches of real traffic shrink to a twentieth, of one repeated request to a hundredth. */
export const MAX_RATIO = 200
/** Below this size the ratio says nothing: a small body that repeats itself is harmless. */
const FREE_BYTES = 1024 * 1024

/** The most bytes of content that so many compressed bytes may become. */
export function maxContentBytes(sentBytes: number): number {
  return Math.max(FREE_BYTES, sentBytes * MAX_RATIO)
}
