import type { Failpoints } from '../../failpoints.ts'
import type { Session } from './session.ts'

/** Puts what was committed from the write-ahead log into the database file. The engine refuses it while a question runs. */
export async function checkpoint({ pool, writer }: Session, failpoint: Failpoints): Promise<void> {
  await pool.between(async () => {
    const done = writer.run('CHECKPOINT')
    failpoint('store.checkpointing')
    await done
  })
  failpoint('store.checkpointed')
}
