import process from 'node:process'
import { loadPackage } from './load-package.ts'
import type { StartSdk } from './sdk.ts'

/** OpenTelemetry's Node SDK: a span for each event, over OTLP in JSON. */
export const startOpenTelemetry: StartSdk = ({ collectorUrl }) => {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collectorUrl
  process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] = 'http/json'
  process.env['OTEL_METRICS_EXPORTER'] = 'none'
  process.env['OTEL_LOGS_EXPORTER'] = 'none'
  process.env['OTEL_SERVICE_NAME'] = 'bench'
  const { NodeSDK } = loadPackage('@opentelemetry/sdk-node')
  const { trace } = loadPackage('@opentelemetry/api')
  const sdk = new NodeSDK()
  sdk.start()
  const tracer = trace.getTracer('bench')
  return {
    capture: (event) => tracer.startSpan(`${event.method} ${event.route ?? ''}`, { attributes: { ...event } }).end(),
    shutdown: () => sdk.shutdown(),
  }
}
