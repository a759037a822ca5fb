/** One way to recognise a user agent, as in uap-core's `regexes.yaml`: `$1` to `$9` in a text stand for groups. */
export interface UserAgentPattern {
  readonly regex: RegExp
  /** By default group 1. */
  readonly name: string | null
  /** The parts of the version, most significant first; by default the groups from 2 on. */
  readonly version: readonly (string | null)[]
}

/** Three lists; in each the first that matches wins. */
export interface UserAgentPatterns {
  readonly clients: readonly UserAgentPattern[]
  readonly systems: readonly UserAgentPattern[]
  readonly devices: readonly UserAgentPattern[]
}
