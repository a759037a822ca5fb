import { expect, test } from 'vitest'
import { matchCommands, toCommands } from './commands.ts'

const commands = toCommands({ views: [{ name: '', title: 'Overview' }, { name: 'errors', title: 'Errors' }], projects: [{ id: 'p1', name: 'Terror shop' }], saved: [], isFiltered: false })
const found = (text: string) => matchCommands(commands, text).map(({ name }) => name)

test('everything is offered before a word is typed', () => {
  expect(matchCommands(commands, ' ')).toEqual(commands)
})

test('names that begin with the text come first, whichever case', () => {
  expect(found('ERR')).toEqual(['Errors', 'Terror shop'])
})

test('every word must be there, the kind counts as one', () => {
  expect(found('period 7')).toEqual(['The last 7 days'])
  expect(found('period nothing')).toEqual([])
})

test('filters can be cleared only where there are some', () => {
  const filtered = toCommands({ views: [], projects: [], saved: [], isFiltered: true })
  expect([found('clear'), matchCommands(filtered, 'clear').length]).toEqual([[], 1])
})
