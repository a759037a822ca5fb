const PROJECT = 'project:'

/**
 * How requests say for whom they ask. A tab works with a key, or, written as `project:` and its id, with a project that the
 * person who is logged in here was let into.
 */
export function toCredentials(key: string): { readonly headers: Readonly<Record<string, string>>; readonly credentials: RequestCredentials } {
  return isOfPerson(key)
    ? { headers: { 'x-wayside-project': key.slice(PROJECT.length) }, credentials: 'same-origin' }
    : { headers: { authorization: `Bearer ${key}` }, credentials: 'omit' }
}

/** Whether a tab works without a key of its own: there is none to put into code. */
export function isOfPerson(key: string): boolean {
  return key.startsWith(PROJECT)
}

/** What a tab works with for a project that a person was let into. */
export function toKeyOfPerson(projectId: string): string {
  return PROJECT + projectId
}
