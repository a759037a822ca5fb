export type { Deadline, FlushResult, Options, Stats } from '@wayside/core'
export { AnalyticsModule, type AnalyticsModuleAsyncOptions } from './analytics-module.ts'
export { ANALYTICS, type Analytics } from './analytics.ts'
export type { PlatformRequest } from './platform-request.ts'
