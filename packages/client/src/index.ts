export { createClient } from './create-client.ts'
export type { AboutErrors, AboutIncidents, AboutSeries, AboutSingles, AboutTable, AboutValues, CallOptions, Client, EraseDays, ErrorDetail, NamedAnswers } from './client.ts'
export type { AboutRequests } from './to-search.ts'
export type { ClientOptions } from './client-options.ts'
export { WaysideApiError } from './api-error.ts'
export { WaysideAnswerError } from './answer-error.ts'
export type {
  CurrentProject,
  CustomRange,
  Dimension,
  DimensionValue,
  ErasedData,
  ErasureReceipt,
  ExportFormat,
  ExportInput,
  ExportJob,
  ExportLink,
  Filter,
  Having,
  HoldingBackup,
  LiveRequest,
  LiveState,
  MaintenanceWindow,
  MonitorIncident,
  MonitorInput,
  MonitorReport,
  Metric,
  Overview,
  Period,
  Problem,
  Query,
  QueryAnswer,
  QueryColumn,
  QueryComparison,
  QueryDimension,
  QueryMeta,
  QueryRow,
  RangeWord,
  StoredRequest,
  TagDimension,
  ThrownStack,
  TimeGrain,
} from '@wayside/protocol'
