import type { RequestDescription } from '../../fixture.ts'

/** A measured SDK after it was set up as its documentation says, with its data sent to the collector. */
export interface Sdk {
  /** Hands in one event. */
  capture(event: CapturedEvent): void
  /** What the documentation tells an app to await before it ends. */
  shutdown(): Promise<unknown>
}

/** A request of the fixture under a number of its own, by which the collector counts it. */
export interface CapturedEvent extends RequestDescription {
  readonly number: number
  /** Text that does not compress well, or none. */
  readonly filler: string
}

export interface SdkSetup {
  readonly collectorUrl: string
  readonly key: string
}

export type StartSdk = (setup: SdkSetup) => Sdk
