/** Text that is safe to stand in HTML as it is. Only `html` makes it. */
export interface Html {
  readonly text: string
}

type Part = string | number | Html | readonly Html[]

/** HTML of a template; whatever is put into it is escaped, unless it is HTML itself. Attributes stand in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  return { text: parts.map((part, at) => `${at === 0 ? '' : toText(values[at - 1] ?? '')}${part}`).join('') }
}

function toText(part: Part): string {
  if (typeof part === 'object') return 'text' in part ? part.text : part.map(({ text }) => text).join('\n')
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
