/**
 * The batches that are refused, found by halving. One is named only when it was refused alone; batches that are refused
 * together and taken apart are not named.
 */
export async function findRefused(batches: readonly Buffer[], accepts: (batches: readonly Buffer[]) => Promise<boolean>): Promise<readonly Buffer[]> {
  if (await accepts(batches)) return []
  if (batches.length <= 1) return batches
  const half = Math.ceil(batches.length / 2)
  return [...(await findRefused(batches.slice(0, half), accepts)), ...(await findRefused(batches.slice(half), accepts))]
}
