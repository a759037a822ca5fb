const MAX_NAME_LENGTH = 64

/** What a name of a project must be, in words. */
export const PROJECT_NAME_RULE = `1 to ${MAX_NAME_LENGTH} printable characters and no spaces around it`

/** Whether a project may be named so. Control characters would reach the terminal of whoever lists projects. */
export function isProjectName(name: string): boolean {
  return name.trim() === name && name !== '' && name.length <= MAX_NAME_LENGTH && !/\p{C}/u.test(name)
}

/** The IANA name of a time zone as this program knows it, `null` for a text that names none. */
export function toTimeZone(text: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

/** A century of days: more is a slip of the keyboard. */
export const MAX_RETENTION_DAYS = 36_525
