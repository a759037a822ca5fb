export type {
  AdapterHarness,
  AnalyticsHandle,
  AnalyticsMount,
  Answer,
  Call,
  Capability,
  ContentAnswer,
  ContractApp,
  Guard,
  MountSpec,
  RawAnswer,
  RouterSpec,
  RouteSpec,
  RunningApp,
  StreamAnswer,
} from './adapter-harness.ts'
export { ADAPTER_CONTRACT, CASE_DEADLINE_MS } from './adapter-contract.ts'
export { reasonToSkip, type ContractCase } from './contract-case.ts'
export { createApiEvent } from './api-event.ts'
export { createFakeReceiver, type Delivery, type FakeReceiver, type ReceivedBatch, type ReceiverAnswer } from './fake-receiver.ts'
export { startChdb, type ChdbServer } from './start-chdb.ts'
export { LOST_ACKNOWLEDGEMENT, PASS, createFaultProxy, everyNth, type Fault, type FaultProxy, type FaultScript } from './fault-proxy.ts'
export { judge, type BooksLine, type CollectorBooks, type HostRecord, type Invariant, type ProducerRecord, type Run, type StoredRecord, type Verdict, type Violation } from './conservation-oracle.ts'
export { createFailingFs, type FailingFs, type FaultPlan, type FsCall, type ProcessFs } from './failing-fs.ts'
export { takeFreePort } from './free-port.ts'
export { missingPostgres, startPostgres, type PostgresOptions, type PostgresServer } from './postgres-server.ts'
