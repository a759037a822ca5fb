import process from 'node:process'
import { loadPackage } from './load-package.ts'
import type { Mounted } from './mounted.ts'

/**
 * Starts OpenTelemetry's Node SDK with the HTTP and the framework's instrumentation, before the framework is loaded.
 * One signal is exported over OTLP, the others are off.
 */
export function startOpenTelemetry(signal: 'metrics' | 'traces', instrumentations: readonly unknown[], sinkUrl: string): Mounted {
  for (const each of ['metrics', 'traces', 'logs']) process.env[`OTEL_${each.toUpperCase()}_EXPORTER`] = each === signal ? 'otlp' : 'none'
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = sinkUrl
  process.env['OTEL_SERVICE_NAME'] = 'bench'
  const { NodeSDK } = loadPackage('@opentelemetry/sdk-node')
  const { HttpInstrumentation } = loadPackage('@opentelemetry/instrumentation-http')
  const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation(), ...instrumentations] })
  sdk.start()
  const { metrics, trace } = loadPackage('@opentelemetry/api')
  const provider = signal === 'metrics' ? metrics.getMeterProvider() : trace.getTracerProvider()
  // The tracer provider of the API is a proxy for the SDK's.
  const flushable = provider.getDelegate?.() ?? provider
  return { flush: () => flushable.forceFlush() }
}
