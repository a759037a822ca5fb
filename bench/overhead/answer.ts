import process from 'node:process'
import type { Answers } from './pinned-process.ts'

/** Answers the questions of the process that started this one, and ends with it. */
export function answer(answers: Answers): void {
  process.on('message', async (message) => {
    // Only `startPinned` talks on this channel.
    const { id, question, argument } = message as { id: number; question: string; argument: never }
    try {
      process.send?.({ id, value: await answers[question]?.(argument) })
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.stack : String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ id: 0 })
}
