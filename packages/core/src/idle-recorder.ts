import type { FlushResult } from './lane/flush-watchers.ts'
import type { Recorder } from './recorder-interface.ts'

/** The recorder of an app that has analytics turned off: it opens no socket, sets no timer and touches no request. */
export function createIdleRecorder<Source>(): Recorder<Source> {
  const nothing: FlushResult = { delivered: 0, spooled: 0, pending: 0, dropped: 0 }
  return {
    enabled: false,
    observe: () => null,
    flush: () => Promise.resolve(nothing),
    close: () => Promise.resolve(nothing),
    stats: () => ({ captured: 0, delivered: 0, pending: 0, spooled: 0, dropped: {}, shed: 0, mapperFaults: {} }),
  }
}
