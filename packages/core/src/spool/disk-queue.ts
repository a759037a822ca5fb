/**
 * Runs tasks one at a time, so that no more than one thread of the pool is busy with the spool and no task need expect
 * another, and answers in time whatever the disk does.
 */
export interface DiskQueue {
  /** Never rejects: a task that fails is told to `onTrouble` and answered with `otherwise`. */
  run<T>(task: () => Promise<T>, otherwise: T): Promise<T>
  /** Resolves with `otherwise` when the disk hangs, and hands over what comes after all. */
  inTime<T>(work: Promise<T>, otherwise: T, onLate: (value: T) => void): Promise<T>
  /** Something was answered without the disk, which still has not come. */
  readonly hangs: boolean
}

/** A disk that takes longer hangs. */
const ANSWER_MS = 10_000

export function createDiskQueue(onTrouble: (error: unknown) => void): DiskQueue {
  let tail: Promise<unknown> = Promise.resolve()
  let late = 0

  return {
    run(task, otherwise) {
      const result = tail.then(task).catch((error: unknown) => {
        onTrouble(error)
        return otherwise
      })
      tail = result
      return result
    },
    inTime(work, otherwise, onLate) {
      return new Promise((resolve) => {
        let isLate = false
        const timer = setTimeout(() => {
          isLate = true
          late++
          onTrouble(new Error(`it has not answered for ${ANSWER_MS} ms`))
          resolve(otherwise)
        }, ANSWER_MS)
        timer.unref()
        void work.then((value) => {
          clearTimeout(timer)
          if (!isLate) return resolve(value)
          late--
          onLate(value)
        })
      })
    },
    get hangs() {
      return late > 0
    },
  }
}
