const MIN_LENGTH = 12
const MAX_LENGTH = 256

/** Why a password cannot be chosen, `null` for one that can: what attackers try first is refused. */
export async function refusePassword(password: string, email: string): Promise<string | null> {
  if (password.length < MIN_LENGTH) return `A password has ${MIN_LENGTH} characters or more; a few words are easy to keep in mind.`
  if (password.length > MAX_LENGTH) return `A password has ${MAX_LENGTH} characters or fewer.`
  const letters = password.toLowerCase()
  if (new Set(letters).size < 5) return 'This password repeats too few characters. Choose another.'
  const [name = ''] = email.split('@')
  if (name.length > 3 && letters.includes(name)) return 'This password holds your e-mail name. Choose another.'
  const common = await readCommonPasswords()
  // What is put around a word to make it long enough does not make it better.
  const core = letters.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return common.has(letters) || common.has(core) ? 'This password is among those that are tried first. Choose another.' : null
}

/** 49,000 that were found most often in stolen lists, loaded when somebody chooses one. */
async function readCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'])
}
