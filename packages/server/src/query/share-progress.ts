/**
 * One progress of several parts, each of which begins when what is returned is called: their mean, which never falls when
 * another part begins.
 */
export function shareProgress(tell: (done: number) => void): () => (done: number) => void {
  const parts: number[] = []
  let told = 0
  return () => {
    const at = parts.push(0) - 1
    return (done) => {
      parts[at] = done
      told = Math.max(told, parts.reduce((sum, part) => sum + part, 0) / parts.length)
      tell(told)
    }
  }
}
