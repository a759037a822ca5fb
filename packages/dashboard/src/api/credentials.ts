const PROJECT = 'project:'
const SHARE = 'share:'

export interface RequestCredential {
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: RequestCredentials
}

/**
 * How requests say for whom they ask. A tab works with a key; with a project that the person who is logged in here was let into,
 * written as `project:` and its id; or with a shared link, written as `share:`, its token and, after another colon, its pass.
 */
export function toCredentials(key: string): RequestCredential {
  if (isOfPerson(key)) return { headers: { 'x-wayside-project': key.slice(PROJECT.length) }, credentials: 'same-origin' }
  const [token = '', pass] = isOfShare(key) ? key.slice(SHARE.length).split(':') : [key]
  return { headers: { authorization: `Bearer ${token}`, ...(pass !== undefined && { 'x-wayside-pass': pass }) }, credentials: 'omit' }
}

/** Whether a tab works without a key of its own: there is none to put into code. */
export function isOfPerson(key: string): boolean {
  return key.startsWith(PROJECT)
}

/** Whether a tab shows a shared link. */
export function isOfShare(key: string): boolean {
  return key.startsWith(SHARE)
}

/** What a tab works with for a project that a person was let into. */
export function toKeyOfPerson(projectId: string): string {
  return PROJECT + projectId
}

/** What a tab works with for a shared link. @param pass - what its password was answered with; `null` where it has none */
export function toKeyOfShare(token: string, pass: string | null): string {
  return SHARE + (pass === null ? token : `${token}:${pass}`)
}
