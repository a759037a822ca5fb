// The contract's app in a process of its own. Arguments: the harness's module, its name, the mounts as JSON.
// Messages: `stop` stops the server and lets go of the parent; `memory` is answered with the bytes that the process holds.
import { Agent } from 'node:http'
import process from 'node:process'
import type { AdapterHarness, AnalyticsMount } from './adapter-harness.ts'
import { createContractApp } from './contract-app.ts'
import { createGate } from './gate.ts'

const [module = '', name = '', mounts = '[]'] = process.argv.slice(2)
const { harnesses }: { harnesses: readonly AdapterHarness[] } = await import(module)
const harness = harnesses.find((each) => each.name === name)
if (harness === undefined) throw new Error(`${module} has no harness called "${name}"`)

const world = { upstreamUrl: 'http://127.0.0.1:9/', upstreamAgent: new Agent(), gate: createGate() }
const app = await harness.start(createContractApp(harness, world, false), JSON.parse(mounts) as AnalyticsMount[])
process.on('message', (message) => {
  if (message === 'memory') process.send?.(process.memoryUsage.rss())
  else if (message === 'stop') void stop()
})
// A parent that dies must not leave this process behind.
process.once('disconnect', leave)
process.send?.(app.port)

function leave(): void {
  process.exit(1)
}

/** Lets go of everything that this file holds; the process ends by itself, or that is what the case is about. */
async function stop(): Promise<void> {
  await app.stop()
  process.off('disconnect', leave)
  process.disconnect?.()
}
