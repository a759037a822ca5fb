export { createClient } from './create-client.ts'
export type { BatchAnswer, CallOptions, Client, ClientOptions } from './create-client.ts'
export { WaysideApiError } from './api-error.ts'
export type { CustomRange, DimensionValue, Filter, Having, Metric, Overview, Period, Problem, Query, QueryAnswer, QueryColumn, QueryComparison, QueryDimension, QueryMeta, QueryRow } from '@wayside/protocol'
