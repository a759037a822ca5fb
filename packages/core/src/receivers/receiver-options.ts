import type { Strategy } from './receiver.ts'

/** Receivers that stand in for each other. Each group gets every event. */
export interface ReceiverGroupOptions {
  /**
   * `failover` sends to the first receiver that takes batches, in the order given; `loadbalance` shares batches among all
   * that do, by weight, load and speed.
   * @default 'failover'
   */
  readonly strategy?: Strategy | undefined
  /** Addresses, or addresses with settings of their own; 1 to 16. */
  readonly receivers: readonly (string | ReceiverOptions)[]
  /** Key for receivers that name none; without it, the option `apiKey`. */
  readonly apiKey?: string | undefined
  /** For receivers that name none. */
  readonly tls?: ReceiverTls | undefined
  /** In place of the option `proxy`. */
  readonly proxy?: string | false | undefined
}

/** One receiver of a group. */
export interface ReceiverOptions {
  /** `http:` or `https:`; a path prefix is kept. */
  readonly url: string
  /** Write-only key of the project at this receiver. */
  readonly apiKey?: string | undefined
  /**
   * Its share in a `loadbalance` group, against the weights of the others. A whole number from 1 to 1,000.
   * @default 1
   */
  readonly weight?: number | undefined
  readonly tls?: ReceiverTls | undefined
}

/** TLS for `https:` addresses: the contents of PEM files, not their paths. */
export interface ReceiverTls {
  /** Believed in place of the CAs that Node brings. */
  readonly ca?: Pem | readonly Pem[] | undefined
  /** Certificate of this client, with its chain. Needs `key`. */
  readonly cert?: Pem | undefined
  /** Private key of `cert`. */
  readonly key?: Pem | undefined
  /** Of an encrypted `key`. */
  readonly passphrase?: string | undefined
}

export type Pem = string | Uint8Array
