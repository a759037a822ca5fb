/** OpenTelemetry's API registers its parts here, whichever copy of it the app has. */
const API = Symbol.for('opentelemetry.js.api.1')
/** In a context where this is true, its SDK makes no spans. */
const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/**
 * Runs work of ours, of which the app's OpenTelemetry shall make no spans: a span for each delivery would cause another
 * delivery by the app's exporter, and so on. Without OpenTelemetry it only runs it.
 */
export function untraced<Result>(work: () => Result): Result {
  const manager = contextManager()
  return manager === null ? work() : manager.with(manager.active().setValue(SUPPRESS_TRACING, true), work)
}

/** The part of OpenTelemetry's context manager that is used here. */
interface ContextManager {
  active(): { setValue(key: symbol, value: unknown): object }
  with<Result>(context: object, work: () => Result): Result
}

function contextManager(): ContextManager | null {
  const api: unknown = Reflect.get(globalThis, API)
  if (typeof api !== 'object' || api === null || !('context' in api)) return null
  const { context } = api
  // Boundary cast: what is registered under the API's own symbol is the API's.
  return typeof context === 'object' && context !== null && 'with' in context && 'active' in context ? (context as ContextManager) : null
}
