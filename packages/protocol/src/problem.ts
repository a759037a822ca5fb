/** An error answer as RFC 9457 defines it; `detail` says what to do. */
export interface Problem {
  /** A page of the documentation about this kind of problem, or `about:blank`. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** The rule that a refused delivery of events broke. */
  readonly rule?: string
  /** Where in a refused query the mistake is: a JSON pointer such as `/filter/1`. */
  readonly pointer?: string
}
