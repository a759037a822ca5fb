import { recordedFields } from '../../packages/core/src/index.ts'

/** A table of every field that can leave the process, from the SDK's own list, with what each privacy level makes of it. */
export function fieldsTable(): string {
  const levels = ([0, 1, 2] as const).map((privacyLevel) => new Map(recordedFields({ ...EVERYTHING, privacyLevel }).map((field) => [`${field.part} ${field.name}`, field])))
  const [atLevel0] = levels
  if (atLevel0 === undefined) throw new Error('there is no level 0')
  const rows = [...atLevel0.values()].map(({ part, name, holds }) => {
    const [, one, two] = levels.map((fields) => fields.get(`${part} ${name}`)?.holds)
    const differs = [one === holds ? '' : `Level 1: ${one ?? 'not sent.'}`, two === holds ? '' : `Level 2: ${two ?? 'not sent.'}`]
    return `| ${part} | \`${name}\` | ${[holds, ...differs].filter((text) => text !== '').join(' ')} |`
  })
  return ['| part | field | what it holds |', '|---|---|---|', ...rows].join('\n')
}

/** Options under which every field is sent, whatever the environment says. */
const EVERYTHING = {
  apiKey: 'a-key',
  receivers: 'https://a.example | https://b.example',
  environment: 'production',
  service: 'shop',
  serviceVersion: '1.0.0',
  instance: 'shop-1',
  errorMessages: true,
  getUserId: () => 'a-user',
  getApiKey: () => 'a-key',
  getOAuthClientId: () => 'a-client',
  getTags: () => ({ plan: 'free' }),
}
