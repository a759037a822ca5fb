/** Does something each `everyMs`, the first time at once, never twice at the same time. `onFailure` is told why it failed; it is done again all the same. */
export function repeat(everyMs: number, work: () => Promise<void>, onFailure: (error: unknown) => void): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  async function run(): Promise<void> {
    await work().catch(onFailure)
    if (!stopped) timer = setTimeout(() => void (running = run()), everyMs).unref()
  }

  let running = run()
  return {
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      return running
    },
  }
}
