/** The project of the key that asks. */
export interface CurrentProject {
  readonly id: string
  readonly name: string
  /** The least privacy level that is stored. */
  readonly privacyFloor: 0 | 1 | 2
  /** IANA name of the zone that its days begin in. */
  readonly timeZone: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** What the key may do. */
  readonly keyKind: 'ingest' | 'read' | 'admin' | 'combined'
}
