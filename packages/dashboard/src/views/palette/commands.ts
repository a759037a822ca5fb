import { RANGE_WORDS, type SavedView } from '@wayside/protocol'
import type { PersonProject } from '../../api/api-client.ts'
import { RANGE_NAMES } from '../range-words.ts'
import type { Action } from '../frame/action.ts'

/** One line of the palette. */
export interface Command {
  /** What kind of thing it is, as it stands before the name. */
  readonly group: string
  readonly name: string
  readonly action: Action
}

export interface CommandSources {
  readonly views: readonly { readonly name: string; readonly title: string }[]
  readonly projects: readonly Pick<PersonProject, 'id' | 'name'>[]
  readonly saved: readonly SavedView[]
  /** Whether there are filters to clear. */
  readonly isFiltered: boolean
}

/** What can be done from anywhere, in the order in which it is offered. */
export function toCommands({ views, projects, saved, isFiltered }: CommandSources): readonly Command[] {
  return [
    ...views.map(({ name, title }): Command => ({ group: 'View', name: title, action: { kind: 'view', name } })),
    ...saved.map(({ name, place, query }): Command => ({ group: 'Saved', name, action: { kind: 'place', place, query } })),
    ...projects.map(({ id, name }): Command => ({ group: 'Project', name, action: { kind: 'project', id } })),
    ...RANGE_WORDS.map((range): Command => ({ group: 'Period', name: toTitle(RANGE_NAMES[range].name), action: { kind: 'range', range } })),
    ...(isFiltered ? [{ group: 'Action', name: 'Clear the filters', action: { kind: 'clear' } } as const] : []),
    { group: 'Action', name: 'Compare with the time before, or not', action: { kind: 'compare' } },
    { group: 'Action', name: 'Light or dark', action: { kind: 'theme' } },
    { group: 'Action', name: 'Refresh', action: { kind: 'refresh' } },
  ]
}

/** Those that hold every word of a text, whichever case; the ones whose name begins with it come first. */
export function matchCommands(commands: readonly Command[], text: string): readonly Command[] {
  const search = text.trim().toLowerCase()
  const words = search.split(/\s+/)
  const found = commands.filter(({ group, name }) => {
    const line = `${group} ${name}`.toLowerCase()
    return words.every((word) => line.includes(word))
  })
  const begins = ({ name }: Command) => name.toLowerCase().startsWith(search)
  return [...found.filter(begins), ...found.filter((command) => !begins(command))]
}

function toTitle(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
