import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, onTestFinished, test } from 'vitest'
import { captured, startApp } from './app.ts'
import { startReceiver } from './receiver.ts'

test("row 34: OpenTelemetry in the app makes spans of the app's requests and none of ours", async () => {
  const spans = startOpenTelemetry()
  const receiver = await startReceiver()
  const app = await startApp({ serverUrl: receiver.url, batchEvents: 5 }, (_, response) => response.end('ok'))
  for (let at = 0; at < 20; at++) await (await fetch(`${app.url}/items/${at}`)).text()
  await captured(app.recorder, 20)
  await trace.getTracer('app').startActiveSpan('a handler that flushes', async (span) => {
    await app.recorder.flush()
    span.end()
  })
  expect(receiver.events).toHaveLength(20)
  const targets = spans.getFinishedSpans().map(({ attributes }) => attributes['url.full'])
  expect(targets.filter((target) => String(target).startsWith(app.url))).toHaveLength(20)
  expect(targets.filter((target) => String(target).startsWith(receiver.url))).toEqual([])
  for (const { headers } of receiver.attempts) expect(headers).not.toHaveProperty('traceparent')
})

/** As an app sets it up; returns the spans. */
function startOpenTelemetry(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const manager = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(manager)
  trace.setGlobalTracerProvider(provider)
  const instrumentation = new UndiciInstrumentation()
  instrumentation.setTracerProvider(provider)
  instrumentation.enable()
  onTestFinished(() => {
    instrumentation.disable()
    manager.disable()
    context.disable()
    trace.disable()
    propagation.disable()
  })
  return exporter
}
