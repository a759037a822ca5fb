import process from 'node:process'
import { openIntake } from '../src/receive/open-intake.ts'
import { openStore } from '../src/store/open-store.ts'
import { sampleDelivery, sampleEvents } from '../src/testing/sample.ts'

// Sends the same batches in the same order each time it is started, as a client does that got no answer, and tells its
// parent which ones were acknowledged. It never stops by itself: the parent kills it.
const [dataDir = ''] = process.argv.slice(2)
const EVENTS = 20

const store = await openStore({ engine: 'duckdb', dataDir })
const { receiver, loader } = await openIntake({ dataDir, store, warn: (message) => process.send?.({ warning: message }) })

async function sendAll(producer: string): Promise<void> {
  for (let batch = 0; ; batch++) {
    const events = sampleEvents(EVENTS, batch * EVENTS + 1)
    const { accepted, duplicates } = await receiver.receive(sampleDelivery({ producerId: producer.repeat(32), events, sentAt: null }))
    process.send?.({ producer, lastSeq: (batch + 1) * EVENTS, accepted, duplicates })
    // Loading all the time, so that the end comes in the middle of transactions too.
    if (batch % 5 === 0) void loader.drain().catch(() => undefined)
  }
}

await Promise.all(['a', 'b', 'c'].map(sendAll))
