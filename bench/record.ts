import { mkdirSync, writeFileSync } from 'node:fs'
import { describeMachine, today } from './machine.ts'
import { measureEventLoop } from './record/event-loop.ts'
import { measureStages } from './record/stages.ts'
import { measureWire } from './record/wire.ts'

// What one event costs inside the app, stage by stage, and on the wire. Run it with
//   node --conditions=@wayside/source bench/record.ts [rounds]
const rounds = Number(process.argv[2] ?? 25)

// First, so that its start is cold.
const loop = await measureEventLoop()
const stages = await measureStages(rounds)
const wire = await measureWire()

const text = `## bench/record: what one event costs inside the app

${describeMachine()}. ${today()}. \`node --conditions=@wayside/source bench/record.ts ${rounds}\`

Stages take turns in ${rounds} rounds; medians with the first and third quartile, in nanoseconds an event. Requests and
responses are Node's own objects without a network; their headers are parsed beforehand, as frameworks do. Samples during
which another process took the processor are left out.

| stage | median | quartiles | samples |
|---|---|---|---|
${stages.map(({ stage, median, low, high, samples }) => `| ${stage} | ${median.toFixed(0)} | ${low.toFixed(0)} to ${high.toFixed(0)} | ${samples} |`).join('\n')}

| on the wire, level 0, batches of | bytes an event, compressed | before compression |
|---|---|---|
${wire.map(({ batchEvents, bytes, rawBytes }) => `| ${batchEvents} | ${bytes.toFixed(1)} | ${rawBytes.toFixed(1)} |`).join('\n')}

Encoding at ${loop.requestsPerSecond} requests a second for ${loop.seconds} s, from a cold start, held the event loop ${loop.slices + loop.disturbed} times; of the ${loop.slices}
that no other process disturbed, the median was ${loop.medianMs.toFixed(2)} ms, p99 ${loop.p99Ms.toFixed(2)} ms, the longest ${loop.maxMs.toFixed(2)} ms.
`
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/record.md', import.meta.url), text)
console.log(text)
