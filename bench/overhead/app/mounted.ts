/** A measured package after it was mounted. */
export interface Mounted {
  /** Delivers what it holds back, where the package has a documented way to do so. */
  readonly flush?: () => Promise<unknown>
}

/** A running app. */
export interface RunningApp extends Mounted {
  readonly port: number
}

/** Mounts one variant on a framework's app, as its documentation says, with its data sent to the sink. */
export type Mount<App> = (app: App, sinkUrl: string) => Mounted | void | Promise<Mounted | void>

export function noop(): void {}
